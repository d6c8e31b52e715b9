"""The contracts of a source of sales: pulled pages, and optionally signed webhooks."""

import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from .base import Config, Plugin
from .http import Http
from .sale import Ignored, Movement, Page, Record
from .webhooks import RawRequest

C = TypeVar("C", bound=Config)


class Source(Plugin[C]):
    """A system that knows of sales. Subclass it as `class Acme(Source[AcmeConfig])`."""

    overlap: ClassVar[timedelta] = timedelta(hours=1)
    """How far before the last `complete_until` the next reading begins, for records that turn up late."""

    @abstractmethod
    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """Every record that changed at or after `since` (inclusive), oldest first where the remote side can.

        Reading again gives the same records again; the hub drops what it knows.

        Raises:
            ConfigError: refused; never answer an empty page for a 403.
            TransientError: try again later.
        """

    def look(self, http: Http, since: datetime) -> Iterator[Page]:
        """What `pages` would answer, for somebody who only looks (`hub sync --dry-run`): nothing is changed anywhere.

        Override it if `pages` itself moves, locks or marks something; `committed` is not called. Raises as `pages`.
        """
        return self.pages(http, since)

    @abstractmethod
    def to_sale(self, record: Record) -> Movement:
        """Map one raw record. Pure: no I/O, no clock, no randomness.

        Raises:
            DataError: this record cannot be used. Anything else raised counts as the same.
        """


class WebhookSource(Source[C]):
    """A source that also sends signed deliveries to `POST /webhooks/<instance name>`."""

    refusal_status: ClassVar[int] = 401
    """HTTP status for a bad signature; some senders expect 400."""
    kept_headers: ClassVar[frozenset[str]] = frozenset()
    """Names, in lower case, of the headers that `changed` reads. The others are not stored with the delivery, for
    among them are tokens that senders and proxies add; `verify` and `delivery_key` see them all."""

    @abstractmethod
    def verify(self, request: RawRequest) -> None:
        """Check the signature on the raw bytes before anything is parsed.

        Raises:
            SignatureError: refuse the delivery.
        """

    def delivery_key(self, request: RawRequest) -> str:
        """What tells one delivery from another: the sender's own event id, or else the body's SHA-256.

        Called after `verify`.

        Raises:
            DataError: the body cannot be read at all; the delivery is refused with HTTP 400.
        """
        return hashlib.sha256(request.body).hexdigest()

    @abstractmethod
    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """What the delivery speaks of: identifiers to read again with `read`, or complete records.

        Called later, with the stored delivery: of its headers only `kept_headers` are there.

        Raises:
            DataError: authentic but unusable; it is set aside for a person.
        """

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The current records behind an identifier that `changed` named; empty if there is nothing.

        Raises:
            ConfigError, TransientError: as `pages`.
        """
        raise NotImplementedError(f"{type(self).__name__} names identifiers but does not say how to read them")
