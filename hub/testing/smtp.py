"""A real SMTP server on this machine, for notifiers that send mail."""
# ruff: noqa: ARG002, N802 - aiosmtpd calls the handlers by these names, with all of these arguments

import contextlib
import email
import email.policy
import socket
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from hub.plugin import Attachment

from .sink import Received


class SmtpSink:
    """Listens at `host` and `port`, without TLS; asks for `username` and `password` if they are given."""

    def __init__(self, username: str = "", password: str = "") -> None:
        self.received: list[Received] = []
        self.host = "127.0.0.1"
        self.port = _free_port(self.host)
        self._login_wanted = bool(username)
        self._login = LoginPassword(username.encode(), password.encode())
        self._rcpt_answer = "250 OK"
        self._credentials_refused = False
        self._controller = Controller(
            self,
            hostname=self.host,
            port=self.port,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )
        self._controller.start()

    def refuse_recipients(self) -> None:
        """Answer 550 to every RCPT."""
        self._rcpt_answer = "550 5.1.1 no such user"

    def delay_recipients(self) -> None:
        """Answer 450 to every RCPT, as greylisting does."""
        self._rcpt_answer = "450 4.7.1 greylisted, try again later"

    def accept_recipients(self) -> None:
        """Answer 250 to every RCPT again."""
        self._rcpt_answer = "250 OK"

    def refuse_credentials(self) -> None:
        """Answer 535 to every AUTH."""
        self._credentials_refused = True

    def go_down(self) -> None:
        """Stop listening, so that connections are refused."""
        self.close()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(AssertionError):
            self._controller.stop()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        return AuthResult(success=data == self._login and not self._credentials_refused, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or not."""
        if self._login_wanted and not session.authenticated:
            return "530 5.7.0 authentication required"
        if self._rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(read_mail(content, tuple(envelope.rcpt_tos)))
        return "250 OK"


def read_mail(raw: bytes, recipients: tuple[str, ...]) -> Received:
    """A mail as its reader sees it."""
    mail = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    body = mail.get_body(("plain",))
    return Received(
        message_id=str(mail["message-id"] or ""),
        recipients=recipients,
        subject=str(mail["subject"] or ""),
        text=str(body.get_content()) if body else "",
        raw=raw,
        attachments=tuple(_attachment(part) for part in mail.iter_attachments()),
        headers={name.lower(): str(value) for name, value in mail.items()},
    )


def _attachment(part: Any) -> Attachment:
    return Attachment(part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True) or b"")


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
