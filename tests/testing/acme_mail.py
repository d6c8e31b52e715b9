"""A notifier that sends mail and behaves."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formataddr

from pydantic import Field, SecretStr

from hub.plugin import Config, ConfigError, DataError, Http, Message, Notifier, TransientError


class MailConfig(Config):
    """How to reach the mail server."""

    host: str = Field(description="Name of the mail server")
    port: int = Field(description="Its port")
    username: str = Field(description="Who sends")
    password: SecretStr = Field(description="Password of the mail account")


class AcmeMail(Notifier[MailConfig]):
    """Plain SMTP with a login."""

    name = "acme-mail"

    def check(self, http: Http) -> str:
        self.open().quit()
        return f"logged in at {self.config.host}"

    def send(self, http: Http, message: Message) -> None:
        try:
            mail = mail_of(message, self.config.username)
        except ValueError:
            raise DataError("the message does not fit into a mail", field="to") from None
        self.hand_over(mail, message.to)

    def hand_over(self, mail: EmailMessage, to: str) -> None:
        with self.open() as server:
            try:
                server.send_message(mail, to_addrs=[to])
            except smtplib.SMTPRecipientsRefused as error:
                ((code, _),) = error.recipients.values()
                raise (TransientError if code < 500 else DataError)(f"the server answered {code}") from error

    def open(self) -> smtplib.SMTP:
        try:
            server = smtplib.SMTP(self.config.host, self.config.port, timeout=5)
            server.login(self.config.username, self.config.password.get_secret_value())
        except smtplib.SMTPAuthenticationError:
            server.close()
            raise ConfigError("the mail server refused the login", hint="check username and password") from None
        except OSError as error:
            raise TransientError(f"the mail server does not answer: {error}") from error
        return server


def mail_of(message: Message, sender: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = formataddr((message.sender_name, sender))
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Message-ID"] = message.message_id
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        if {"\r", "\n"} & set(attachment.filename):
            raise ValueError(attachment.filename)
        maintype, _, subtype = attachment.media_type.partition("/")
        mail.add_attachment(attachment.content, maintype, subtype, filename=attachment.filename)
    return mail
