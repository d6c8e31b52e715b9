"""A source beside the fake that it talks to over HTTP: for the tests of what it makes of each thing that happens there.

class World(SourceWorld):
    def source_with(self, **config):
        return AcmeSource(AcmeConfig.model_validate({"api_key": "fake", "api_url": self.url, **config}))

@pytest.fixture
def world(clock):
    with World.beside(FakeAcme(clock=clock)) as world:
        yield world
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from hub.plugin import Http, Ignored, Movement, RawRequest, Record

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class StillClock:
    """A clock that stands still until time is told to pass."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 18, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, aware."""
        return self.now

    def passes(self, **time: float) -> datetime:
        """Let time pass, given as to `timedelta`; the time then."""
        self.now += timedelta(**time)
        return self.now


class SourceWorld(ABC):
    """The fake, the source, and the shortest ways between them.

    The fake has a `clock`, and a `delivery(told)` that gives headers and body if the source takes webhooks.
    """

    def __init__(self, url: str, fake: Any) -> None:
        self.url = url
        self.fake = fake
        self.source = self.source_with()
        self.http = Http.of(self.source.client())

    @classmethod
    @contextmanager
    def beside(cls, fake: Any) -> Iterator[Self]:
        """Serve a fake with `serving()`, such as a `FakeService`, and talk to it until the block ends."""
        with fake.serving() as url:
            world = cls(url, fake)
            try:
                yield world
            finally:
                world.http.close()

    @abstractmethod
    def source_with(self, **config: Any) -> Any:
        """The source, configured for the fake at `self.url`; `config` goes over it."""

    def request(self, told: Any) -> RawRequest:
        """What the fake delivers of something, now."""
        headers, body = self.fake.delivery(told)
        return RawRequest(headers, body, self.fake.clock())

    def read(self, identifier: object) -> list[Record]:
        """What the source reads of one thing."""
        return list(self.source.read(self.http, str(identifier)))

    def records(self, request: RawRequest) -> list[Record]:
        """What the source makes of a delivery: records in it, or those that it reads because of it."""
        self.source.verify(request)
        told = self.source.changed(request)
        assert not isinstance(told, Ignored), told
        return [record for one in told for record in ([one] if isinstance(one, dict) else self.read(one))]

    def movements(self, request: RawRequest) -> list[Movement]:
        """The sales, refunds and payments of a delivery, and what is ignored."""
        return [self.source.to_sale(record) for record in self.records(request)]

    def pulled(self, since: datetime = LONG_AGO) -> list[Movement]:
        """Those of all pages."""
        return [self.source.to_sale(record) for page in self.source.pages(self.http, since) for record in page.records]
