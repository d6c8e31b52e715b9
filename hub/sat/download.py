"""One published file onto this disk: from a folder or over HTTP, within limits, checked, unpacked."""

import bz2
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.sat.errors import CatalogError, UnreachableError
from hub.sat.swap import Origin, sha256_of

if TYPE_CHECKING:
    import httpx

_CHUNK = 1 << 20
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What a published file may take: bytes as it comes, bytes unpacked, seconds of silence, seconds in all."""

    packed: int = 300_000_000
    unpacked: int = 1_500_000_000
    silence_s: float = 20.0
    total_s: float = 600.0


def obtain(where: str, into: Path, *, sha256: str = "", limits: Limits = Limits()) -> tuple[Path, Origin]:
    """Fetch a file, or copy it from a path, to the folder `into`; bzip2 is unpacked.

    Args:
        where: path, or URL: https, or http together with `sha256`.
        into: folder for it.
        sha256: digest in hex of the file as published; not compared if empty.
        limits: when to give up.

    Raises:
        UnreachableError: no answer, HTTP 5xx or 429, too slow, broken off.
        CatalogError: anything else: not found, too big, another digest, a damaged archive.
    """
    raw = into / "published"
    dated = _download(where, raw, sha256, limits) if "://" in where else _copy(Path(where), raw, limits)
    digest = sha256_of(raw)
    if sha256 and digest != sha256.lower():
        raise CatalogError(f"{where} has the SHA-256 {digest}, not {sha256}", hint="compare with where it is published")
    return _unpacked(raw, limits), Origin(where, digest, dated.isoformat())


def _copy(path: Path, into: Path, limits: Limits) -> date:
    try:
        found = path.stat()
        if found.st_size > limits.packed:
            raise _too_big(limits.packed)
        shutil.copyfile(path, into)
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}", hint="give a path or a URL") from error
    return datetime.fromtimestamp(found.st_mtime, UTC).date()


def _download(url: str, into: Path, sha256: str, limits: Limits) -> date:
    import httpx

    if not url.startswith("https://") and not (sha256 and url.startswith("http://")):
        raise CatalogError(f"{url} is not https", hint="without https, --sha256 must say what the file is")
    try:
        with httpx.Client(timeout=limits.silence_s, trust_env=True) as client:
            return _follow(client, httpx.URL(url), into, limits)
    except httpx.InvalidURL as error:
        raise CatalogError(f"{url} is no address: {error}") from error
    except httpx.HTTPError as error:
        reason = f"{url} did not answer as it should: {error or type(error).__name__}"
        raise UnreachableError(reason, hint="try again later") from error


def _follow(client: "httpx.Client", url: "httpx.URL", into: Path, limits: Limits) -> date:
    ends = time.monotonic() + limits.total_s
    for _ in range(_REDIRECTS + 1):
        with client.stream("GET", url) as answer:
            if answer.next_request is None:
                _check_status(answer)
                _save(answer, into, limits, ends)
                return _last_modified(answer)
            url = _allowed(url, answer.next_request.url)
    raise CatalogError(f"{url} redirects more than {_REDIRECTS} times")


def _allowed(before: "httpx.URL", url: "httpx.URL") -> "httpx.URL":
    if url.scheme == "https" or (url.scheme, url.netloc) == (before.scheme, before.netloc):
        return url
    raise CatalogError(
        f"{before} redirects to {url}, which is not https", hint="give the final address, if you trust it"
    )


def _check_status(answer: "httpx.Response") -> None:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise UnreachableError(f"{answer.url} answers HTTP {answer.status_code}", hint="try again later")
    if answer.status_code != 200:
        raise CatalogError(f"{answer.url} answers HTTP {answer.status_code}", hint="check the address")


def _save(answer: "httpx.Response", into: Path, limits: Limits, ends: float) -> None:
    if int(answer.headers.get("content-length") or 0) > limits.packed:
        raise _too_big(limits.packed)
    with into.open("wb") as file:
        for chunk in _within(answer.iter_bytes(), limits.packed):
            if time.monotonic() > ends:
                raise UnreachableError(f"{answer.url} takes longer than {limits.total_s:g} s", hint="try again later")
            file.write(chunk)


def _last_modified(answer: "httpx.Response") -> date:
    try:
        return parsedate_to_datetime(answer.headers["last-modified"]).date()
    except (KeyError, ValueError):
        return datetime.now(UTC).date()


def _unpacked(raw: Path, limits: Limits) -> Path:
    with raw.open("rb") as file:
        if file.read(3) != b"BZh":
            return raw
    unpacked = raw.with_suffix(".unpacked")
    try:
        with bz2.open(raw) as packed, unpacked.open("wb") as file:
            for chunk in _within(iter(lambda: packed.read(_CHUNK), b""), limits.unpacked):
                file.write(chunk)
    except (EOFError, OSError) as error:
        raise CatalogError(f"the archive is damaged: {error}", hint="fetch it again") from error
    return unpacked


def _within(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise _too_big(limit)
        yield chunk


def _too_big(limit: int) -> CatalogError:
    return CatalogError(f"the file is larger than {limit:,} bytes", hint="is it the right one?")
