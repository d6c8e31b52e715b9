"""The e-mail notifier: one connection, one mail."""

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

from hub.plugin import Http, Message, Notifier

from .config import EmailConfig
from .mime import mime
from .session import session


class EmailNotifier(Notifier[EmailConfig]):
    """Mail over an SMTP server of the issuer's choice."""

    name = "email"

    def check(self, http: Http) -> str:  # noqa: ARG002 (mail does not go over HTTP)
        """Connect, encrypt, log in, and send nothing."""
        with session(self.config) as smtp:
            code, reply = smtp.noop()
            if code >= 400:
                raise smtplib.SMTPResponseException(code, reply)
        login = f"logged in as {self.config.username}" if self.config.username else "no login"
        return f"{self.config.host}:{self.config.effective_port} answers, {login}"

    def send(self, http: Http, message: Message) -> None:  # noqa: ARG002 (as above)
        """Hand one mail to the server."""
        mail: EmailMessage = mime(message, self.config, datetime.now(UTC))
        with session(self.config) as smtp:
            smtp.send_message(mail)
