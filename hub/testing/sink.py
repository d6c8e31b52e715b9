"""The other side of a notifier, where messages arrive."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Protocol

import httpx

from hub.plugin import Attachment


@dataclasses.dataclass(frozen=True, slots=True)
class Received:
    """A message as the other side got it.

    Attributes:
        recipients: to whom it goes, whatever the text says.
        headers: names in lower case; only for channels that have them.
        raw: all of it as it was sent, for finding secrets.
    """

    message_id: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    raw: bytes
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Sink(Protocol):
    """The other side of a notifier: a real SMTP server, or a service behind the fake HTTP wire."""

    received: list[Received]

    def refuse_recipients(self) -> None:
        """From now on no recipient is known here, and never will be."""

    def delay_recipients(self) -> None:
        """From now on every recipient is to be tried again later (greylisting, a limit)."""

    def refuse_credentials(self) -> None:
        """From now on the credentials are wrong."""

    def go_down(self) -> None:
        """From now on it takes nothing, for a while."""

    def close(self) -> None:
        """Give back what it holds."""


class HttpSink:
    """A service that takes messages by HTTP; the author says how to read a request.

    Args:
        read: a request that hands over a message -> what was received; None for any other request.
        refusal: how the service refuses a recipient.
    """

    def __init__(self, read: Callable[[httpx.Request], Received | None], refusal: httpx.Response) -> None:
        self.received: list[Received] = []
        self._read = read
        self._refusal = refusal
        self._status = 200
        self._refusing = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Play the service."""
        if self._status != 200:
            return httpx.Response(self._status, request=request)
        message = self._read(request)
        if message and self._refusing:
            return self._refusal
        if message:
            self.received.append(message)
        return httpx.Response(200, json={"ok": True}, request=request)

    def refuse_recipients(self) -> None:
        """Refuse the recipient of every message."""
        self._refusing = True

    def delay_recipients(self) -> None:
        """Answer 429 to every message."""
        self._refusal = httpx.Response(429)
        self._refusing = True

    def refuse_credentials(self) -> None:
        """Answer 401."""
        self._status = 401

    def go_down(self) -> None:
        """Answer 503."""
        self._status = 503

    def close(self) -> None:
        """Nothing to give back."""
