"""A logged-in SMTP session whose every failure is one of the hub's errors."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hub.plugin import ConfigError, DataError, HubError, TransientError

from .config import EmailConfig

# RFC 4954: the server wants a login, another one, or more encryption before it goes on.
AUTHENTICATION = frozenset({530, 534, 535, 538})
TOO_LARGE = 552


@contextmanager
def session(config: EmailConfig) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt and log in; say goodbye at the end.

    Raises:
        ConfigError: the login, the certificate or the sender's address was refused.
        TransientError: no connection, or the server says "later" (4xx).
        DataError: this recipient or this mail was refused for good (5xx).
    """
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(config)
        yield smtp
    except (smtplib.SMTPException, OSError) as error:
        raise classified(error, f"{config.host}:{config.effective_port}") from error
    finally:
        if smtp is not None:
            _goodbye(smtp)


def _connected(config: EmailConfig) -> smtplib.SMTP:
    port = config.effective_port
    if config.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(config.host, port, timeout=config.timeout_s, context=_context(config))
    else:
        smtp = smtplib.SMTP(config.host, port, timeout=config.timeout_s)
    try:
        smtp.ehlo()
        if config.security == "starttls":
            smtp.starttls(context=_context(config))
            smtp.ehlo()
        if config.username:
            _log_in(smtp, config)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, config: EmailConfig) -> None:
    try:
        smtp.login(config.username, config.password.get_secret_value())
    except UnicodeEncodeError:
        # Without its cause, which holds the password.
        raise ConfigError(
            "username or password holds a letter that SMTP cannot carry, such as ñ",
            hint="choose a password of plain letters, digits and signs",
        ) from None


def _context(config: EmailConfig) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"ca_file {config.ca_file} cannot be used", hint="give a PEM file that exists") from error


def _goodbye(smtp: smtplib.SMTP) -> None:
    # The mail is taken once DATA is answered; a lost goodbye changes nothing.
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


def classified(error: Exception, where: str) -> HubError:
    """The hub's error for what smtplib or the network raised."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _refusal(
            code, f"{where} refuses the recipient: {_said(code, reply)}", "ask the buyer for another address"
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ConfigError(f"{where}: {error}", hint="check port and security; login needs a server that offers AUTH")
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error, where)
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigError(
            f"{where}: the certificate is not valid: {error.verify_message}", hint="check host, or ca_file"
        )
    if isinstance(error, ssl.SSLError):
        return ConfigError(f"{where} does not speak TLS here: {error.reason}", hint="check port and security")
    return TransientError(f"{where}: {type(error).__name__}: {error}")


def _answered(error: smtplib.SMTPResponseException, where: str) -> HubError:
    said = f"{where}: {_said(error.smtp_code, error.smtp_error)}"
    if error.smtp_code in AUTHENTICATION:
        return ConfigError(said, hint="check username and password; Gmail and Outlook want an app password")
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= 500 and error.smtp_code != TOO_LARGE:
        return ConfigError(said, hint="this server does not let you send as from_address")
    return _refusal(error.smtp_code, said, "the server will not take this mail as it is")


def _refusal(code: int, said: str, hint: str) -> HubError:
    if code in AUTHENTICATION:
        return ConfigError(said, hint="check username and password")
    return DataError(said, hint=hint) if code >= 500 else TransientError(said)


def _said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}"
