"""Addresses and words that buyers and shops give, on their way into a mail; what a mail server answers."""

import smtplib
from contextlib import ExitStack
from datetime import UTC, datetime
from email import message_from_bytes, policy

from hypothesis import strategies as st

from hub.plugin import Attachment, DataError, HubError, Message
from notifiers.email.config import EmailConfig
from notifiers.email.mime import mime
from notifiers.email.session import classified

from ..damage import OBJECTS, damaged
from ..target import Target, allowed

CONFIG = EmailConfig(host="mail.example", from_address="facturas@tienda.example")
ADDRESSES = [
    *("ana@cliente.example", "ana@niño.example", "a b@c.example", "<a@b.example>", "a@b@c.example", '"a"@b.example'),
    *("a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@[127.0.0.1]", "a@" + "b." * 200 + "mx", "a@.."),
    *("=?utf-8?q?a?=@b.example", "a@xn--.example", "ñ@b.example", "a(b)@c.example", "group:a@b.example;", "a@b\u3002c"),
]
WORDS = st.text(max_size=40) | st.sampled_from([value for value in OBJECTS if isinstance(value, str)])
WORDS |= st.sampled_from(["a\r\nBcc: x@y.example", "\u2028a", "=?utf-8?b?AAAA?=", "a" * 2000, "a\tb\x0bc"])
SENT = st.tuples(damaged(*map(str.encode, ADDRESSES)).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
                 | st.sampled_from(ADDRESSES), WORDS, WORDS, WORDS)  # fmt: skip
SAID = damaged(b"550 5.1.1 no such user", b"421 try later", "535 contraseña".encode())


def targets(_: ExitStack) -> list[Target]:
    return [Target("a message", SENT, _mailed), Target("a server's words", SAID, _classified)]


def _mailed(sent: tuple[str, str, str, str]) -> None:
    to, subject, name, text = sent
    message = Message(
        message_id="<1@hub.example>", to=to, subject=subject, text=text, html=f"<p>{text}</p>", sender_name=name,
        reply_to=to, attachments=(Attachment(f"{name}.xml", "application/xml", b"<a/>"),),
    )  # fmt: skip
    made = allowed(DataError)(lambda: mime(message, CONFIG, datetime.now(UTC)))
    if made is None:
        return
    head = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert sorted(head.keys()) == sorted(made.keys()), "a header more"
    assert head["Bcc"] is None
    assert len(head["To"].addresses) == 1, "one recipient is another"


def _classified(said: bytes) -> None:
    for code in (250, 421, 535, 550, 552):
        for error in (
            smtplib.SMTPResponseException(code, said),
            smtplib.SMTPRecipientsRefused({"a@b.example": (code, said)}),
            smtplib.SMTPSenderRefused(code, said, "a@b.example"),
        ):
            found = classified(error, "mail.example:587")
            assert isinstance(found, HubError)
            str(found).encode()
