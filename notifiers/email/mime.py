"""A hub message as MIME: text and HTML as alternatives, then the attachments."""

from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hub.plugin import Attachment, DataError, Message

from .config import EmailConfig

LONGEST_ADDRESS = 320
# Every server takes ASCII; 8-bit text needs one that says so.
SEVEN_BIT = SMTP.clone(cte_type="7bit")


def mime(message: Message, config: EmailConfig, now: datetime) -> EmailMessage:
    """Build the mail.

    Raises:
        DataError: an address cannot be one.
    """
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = _with_name(message.sender_name or config.from_name, config.from_address)
    mail["To"] = _address(message.to)
    if message.reply_to:
        mail["Reply-To"] = _address(message.reply_to)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = _message_id(message.message_id, config.from_address)
    # RFC 3834: no out-of-office reply should come back.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_writable(message.text))
    if message.html:
        mail.add_alternative(_writable(message.html), subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    return mail


def _writable(text: str) -> str:
    # Half a surrogate pair has no bytes.
    return text.encode("utf-8", "replace").decode()


def one_line(text: str) -> str:
    """Text without line breaks or control characters: a header cannot end before its end."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.media_type.partition(";")[0].strip().partition("/")
    filename = one_line(attachment.filename).replace("/", "_").replace("\\", "_")
    mail.add_attachment(
        attachment.content, maintype=maintype or "application", subtype=subtype or "octet-stream", filename=filename
    )


def _with_name(name: str, address: str) -> Address:
    found = _address(address)
    return Address(one_line(name), found.username, found.domain)


def _address(text: str) -> Address:
    if len(text) > LONGEST_ADDRESS:
        raise DataError(f"{text[:40]!r}... is longer than any e-mail address", hint="correct the address", field="to")
    try:
        return _parsed(text.strip())
    except (ValueError, IndexError, AttributeError, HeaderParseError) as error:  # some of them from inside the parser
        raise DataError(f"{text!r} is no e-mail address: {error}", hint="correct the address", field="to") from error


def _parsed(text: str) -> Address:
    if text != one_line(text) or " " in text:
        raise ValueError("it holds blanks or line breaks")
    local, _, domain = text.rpartition("@")
    if not local or not domain:
        raise ValueError("a part beside the @ is missing")
    # Mail servers know international domains by their ASCII form.
    return Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")


def _message_id(identity: str, from_address: str) -> str:
    bare = one_line(identity).strip("<>").replace(" ", "")
    return f"<{bare}>" if "@" in bare else f"<{bare}@{from_address.rpartition('@')[2]}>"
