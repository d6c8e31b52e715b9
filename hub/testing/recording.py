"""Recordings of a remote side: made from the live one, without secrets and people, and played back by the kit.

class TestAcmeAsRecorded(SourceContract):
    recording = Recording.load(Path(__file__).with_name("acme.json"))

    def answer(self, request):
        return self.recording.answer(request)
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx

from hub.plugin import DataError

from .anonymous import Anonymous
from .expect import fail
from .secrets import Watch

VERSION = 1
_HEADERS = frozenset({"content-type", "link", "retry-after"})
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `url` is path and query: the host may be a merchant's name."""

    method: str
    url: str
    asked: str
    status: int
    headers: dict[str, str]
    answered: str


class Recorder(httpx.BaseTransport):
    """A transport that remembers what went through it; give it to `Client(transport=...)`."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.exchanges: list[Exchange] = []
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, and keep both.

        Raises:
            DataError: what came is no text, so nobody can tell whose data it holds.
        """
        request.read()
        response = self._inner.handle_request(request)
        response.read()
        where = f"{request.method} {request.url.path}"
        self.exchanges.append(
            Exchange(
                request.method,
                request.url.raw_path.decode("ascii"),
                _text(request.content, where),
                response.status_code,
                {name: value for name, value in response.headers.items() if name in _HEADERS},
                _text(response.content, where),
            )
        )
        # The connection has nothing more to give: whoever reads the answer reads what was taken, unpacked.
        headers = [(name, value) for name, value in response.headers.items() if name != "content-encoding"]
        return httpx.Response(response.status_code, headers=headers, stream=httpx.ByteStream(response.content))

    def close(self) -> None:
        """Give the connections back."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded, ready to be committed beside a test and played back.

    Attributes:
        plugin: its name, as `use:` says it.
        recorded_at: when; a recording ages with the API of the service.
        since: from when the pages were read; read them in the test from the same instant.
    """

    plugin: str
    recorded_at: datetime
    since: datetime | None
    exchanges: tuple[Exchange, ...]
    _served: dict[Key, int] = field(default_factory=lambda: defaultdict(int), repr=False, compare=False)

    @classmethod
    def of(
        cls,
        plugin: str,
        recorded_at: datetime,
        since: datetime | None,
        exchanges: Iterable[Exchange],
        secrets: Sequence[str],
    ) -> Self:
        """Without secrets and people: the same value becomes the same stand-in everywhere.

        Raises:
            DataError: a secret would still be in it, in a form that nobody foresaw.
        """
        raw = list(exchanges)
        anonymous = Anonymous(secrets)
        for one in raw:
            anonymous.learn(one.asked)
            anonymous.learn(one.answered)
        made = tuple(
            Exchange(
                one.method,
                anonymous.address(one.url),
                anonymous.body(one.asked),
                one.status,
                {name: anonymous.text(value) for name, value in one.headers.items()},
                anonymous.body(one.answered),
            )
            for one in raw
        )
        watch = Watch()
        for one in made:
            watch.show(f"{one.method} {one.url}", one)
            watch.seen += [(f"{one.method} {one.url}", text) for text in (one.asked, one.answered)]
        if place := watch.leak([secret for secret in secrets if len(secret) >= 8]):
            raise DataError(f"a secret would be in the recording of {place}", hint="record with another key")
        return cls(plugin, recorded_at, since, made)

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read a file that `save` or `hub plugins record` wrote.

        Raises:
            DataError: it is no recording of this version.
        """
        try:
            told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            if told["version"] != VERSION:
                raise DataError(f"{file} is a recording of version {told['version']}", hint="record it anew")
            since = datetime.fromisoformat(told["since"]) if told["since"] else None
            found = tuple(Exchange(**one) for one in told["exchanges"])
            return cls(told["plugin"], datetime.fromisoformat(told["recorded_at"]), since, found)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{file} is no recording: {error}", hint="`hub plugins record` makes one") from None

    def save(self, file: Path) -> None:
        """Write it as JSON, for a commit."""
        told = {
            "version": VERSION,
            "plugin": self.plugin,
            "recorded_at": self.recorded_at.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "exchanges": [{name: getattr(one, name) for name in Exchange.__slots__} for one in self.exchanges],
        }
        file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Play the remote side: a `Wire`.

        The same request gets its answers in the order in which they came, and then the last one again. A request
        that differs in its query or body, such as one with today's date, gets those of its method and path.
        """
        asked = (request.method, request.url.path, _query(request.url), request.content.decode("utf-8", "replace"))
        for parts in (4, 2):
            found = [one for one in self.exchanges if _key(one)[:parts] == asked[:parts]]
            if found:
                turn = self._served[asked[:parts]]
                self._served[asked[:parts]] += 1
                one = found[min(turn, len(found) - 1)]
                return httpx.Response(one.status, headers=one.headers, content=one.answered.encode(), request=request)
        return fail(
            f"the recording has no answer to {request.method} {request.url.path}; record it anew with this plugin"
        )


def _key(one: Exchange) -> Key:
    url = httpx.URL(one.url)
    return (one.method, url.path, _query(url), one.asked)


def _query(url: httpx.URL) -> str:
    return str(sorted(url.params.multi_items()))


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{where} carries no text", hint="a file cannot be made anonymous; record without it") from None
