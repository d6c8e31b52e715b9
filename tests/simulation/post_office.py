"""A mail server in memory: SMTP at the socket, so that the hub's own notifier and smtplib speak it."""

import email
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Mail:
    """A mail that the server took."""

    recipient: str
    raw: bytes

    @cached_property
    def _message(self) -> Message:
        return email.message_from_bytes(self.raw)

    @cached_property
    def message_id(self) -> str:
        return self._message["Message-ID"].strip()

    @cached_property
    def subject(self) -> str:
        return str(make_header(decode_header(self._message["Subject"])))

    @cached_property
    def text(self) -> str:
        return self._parts["text/plain"].decode()

    @property
    def xml(self) -> bytes | None:
        return self._parts.get("application/xml")

    @cached_property
    def _parts(self) -> dict[str, bytes]:
        leaves = (part for part in self._message.walk() if not part.is_multipart())
        return {part.get_content_type(): part.get_payload(decode=True) for part in leaves}  # type: ignore[misc]


class PostOffice:
    """`happens` is asked at each moment at which a server may fail, and answers what goes wrong."""

    def __init__(self, happens: Callable[[str], str | None]) -> None:
        self.happens = happens
        self.received: list[Mail] = []
        self.taken: Callable[[Mail], None] = lambda _: None

    def connect(self) -> "Line":
        if self.happens("connect"):
            raise ConnectionRefusedError("connection refused")
        return Line(self)

    def take(self, mail: Mail) -> None:
        self.received.append(mail)
        self.taken(mail)


class Line:
    """One connection, seen from the client: what it sends is answered at once."""

    def __init__(self, office: PostOffice) -> None:
        self._office = office
        self._answers = [b"220 mail.simulated ESMTP"]
        self._recipient = ""
        self._mail: bytearray | None = None

    def sendall(self, data: bytes) -> None:
        if self._mail is not None:
            self._mail += data
            if self._mail.endswith(b"\r\n.\r\n"):
                self._take(bytes(self._mail[:-5]))
            return
        verb = data[:4].upper()
        if verb == b"RCPT":
            self._recipient = data.split(b"<")[1].split(b">")[0].decode()
            self._answers.append(self._welcome())
        elif verb == b"DATA":
            self._mail = bytearray()
            self._answers.append(b"354 go on")
        else:
            self._answers.append(b"250 OK")

    def makefile(self, _mode: str) -> "Line":
        return self

    def readline(self, _size: int) -> bytes:
        if not self._answers:
            return b""  # the connection is gone
        return self._answers.pop(0) + b"\r\n"

    def close(self) -> None:
        """Nothing is kept open."""

    def _welcome(self) -> bytes:
        fault = self._office.happens("recipient")
        return {None: b"250 OK", "mail 4xx": b"451 try again later", "mail 5xx": b"550 no such user"}[fault]

    def _take(self, raw: bytes) -> None:
        self._mail = None
        self._office.take(Mail(self._recipient, raw))
        if self._office.happens("taken") is None:
            self._answers.append(b"250 taken")


@contextmanager
def instead_of_sockets(connect: Callable[[], Line]) -> Iterator[None]:
    """Every SMTP connection of this process goes there."""

    def here(_smtp: smtplib.SMTP, _host: str, _port: int, _timeout: float) -> Any:
        return connect()

    sockets, name = smtplib.SMTP._get_socket, smtplib.socket.getfqdn  # type: ignore[attr-defined]
    smtplib.SMTP._get_socket = here  # type: ignore[attr-defined]
    smtplib.socket.getfqdn = lambda: "hub.simulated"  # type: ignore[attr-defined]  # asks a name server
    try:
        yield
    finally:
        smtplib.SMTP._get_socket, smtplib.socket.getfqdn = sockets, name  # type: ignore[attr-defined]
