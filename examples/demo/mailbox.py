"""Catches every mail that the hub sends, keeps it as a file, and lets people read it."""
# ruff: noqa: N802 - aiosmtpd calls the handler by this name

import email
import email.policy
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .ports import HOST


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived."""

    path: Path
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["message-id"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> dict[str, bytes]:
        """Content by file name."""
        found = {}
        for part in self.message.iter_attachments():
            content = part.get_payload(decode=True)
            found[part.get_filename() or "file"] = content if isinstance(content, bytes) else b""
        return found

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


class Mailbox:
    """All mails so far, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mails: list[Mail] = []
        self._lock = threading.Lock()

    @property
    def mails(self) -> list[Mail]:
        with self._lock:
            return list(self._mails)

    def to(self, recipient: str) -> list[Mail]:
        """What one person got."""
        return [mail for mail in self.mails if recipient in mail.recipients]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a message."""
        del server, session
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        self._keep(raw, tuple(envelope.rcpt_tos))
        return "250 OK"

    def _keep(self, raw: bytes, recipients: tuple[str, ...]) -> None:
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        with self._lock:
            name = re.sub(r"[^A-Za-z0-9.@-]", "_", f"{len(self._mails) + 1:03d}-{recipients[0]}")
            path = self._folder / f"{name}.eml"
            path.write_bytes(raw)
            self._mails.append(Mail(path, recipients, message))


@contextmanager
def catching(folder: Path, port: int) -> Iterator[Mailbox]:
    """Be the SMTP server while the block runs."""
    mailbox = Mailbox(folder)
    controller = Controller(mailbox, hostname=HOST, port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
