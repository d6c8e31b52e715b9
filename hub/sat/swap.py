"""Files that are replaced while others read them: a data file named after its content, and a manifest that names it.

The manifest is replaced last and in one step, so a reader finds the old edition or the new one, whole. The edition
before stays beside it and takes over if the current one is damaged.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an installed edition is.

    `file`: its name in the folder; `sha256`: of that file; `source`: path or URL it came from; `source_sha256`: of the
    file as it was published; `dated`: day of the publication, `YYYY-MM-DD`; `installed_at`: ISO instant.
    """

    file: str
    sha256: str
    source: str
    source_sha256: str
    dated: str
    installed_at: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a published file came from, as `Manifest` keeps it."""

    source: str
    sha256: str
    dated: str


Identity = tuple[int, int, int] | None


def identity(directory: Path, name: str) -> Identity:
    """Changes whenever another edition is installed; `None` while there is none."""
    try:
        found = (directory / f"{name}.json").stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def editions(directory: Path, name: str) -> Iterator[Manifest]:
    """The current edition, then the one before it, as far as their manifests can be read."""
    for manifest in (f"{name}.json", f"{name}.previous.json"):
        with suppress(OSError, ValueError, TypeError, RecursionError):
            found = Manifest(**json.loads((directory / manifest).read_text(encoding="utf-8")))
            if all(isinstance(value, str) and "\0" not in value for value in asdict(found).values()):
                yield found


def is_whole(directory: Path, manifest: Manifest) -> bool:
    """Whether the data file is there and byte for byte what was installed."""
    if Path(manifest.file).name != manifest.file:
        return False
    try:
        return sha256_of(directory / manifest.file) == manifest.sha256
    except OSError:
        return False


@contextmanager
def workshop(directory: Path) -> Iterator[Path]:
    """A folder on the same disk for what is not finished; it is gone afterwards."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".making-") as made:
        yield Path(made)


def install(directory: Path, name: str, made: Path, origin: Origin, installed_at: str) -> Manifest:
    """Put the finished file `made` in force under `name`. Survives a power cut at any point."""
    digest = sha256_of(made)
    manifest = Manifest(f"{name}-{digest[:16]}.db", digest, origin.source, origin.sha256, origin.dated, installed_at)
    _flush(made)
    made.replace(directory / manifest.file)
    current = directory / f"{name}.json"
    if current.exists() and digest not in {one.sha256 for one in editions(directory, name)}:
        _write(directory / f"{name}.previous.json", current.read_bytes())
    _write(current, json.dumps(asdict(manifest), indent=2, ensure_ascii=False).encode())
    _forget_older(directory, name)
    return manifest


def sha256_of(path: Path) -> str:
    """Digest of a file as lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    _flush(fresh)
    fresh.replace(path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _forget_older(directory: Path, name: str) -> None:
    kept = {manifest.file for manifest in editions(directory, name)}
    for path in directory.glob(f"{name}-*.db"):
        if path.name not in kept:
            path.unlink(missing_ok=True)
