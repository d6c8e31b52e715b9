"""Notifiers that break one promise each."""

import dataclasses
import smtplib
from contextlib import suppress
from email.message import EmailMessage
from typing import ClassVar

from hub.plugin import DataError, HubError, TransientError
from tests.testing.acme import AcmeChat, payload_of
from tests.testing.acme_mail import AcmeMail


class Keyless(AcmeChat):
    def send(self, http, message):
        super().send(http, dataclasses.replace(message, message_id="<new@hub.example>"))


class SendsTwice(AcmeChat):
    def send(self, http, message):
        super().send(http, message)
        super().send(http, message)


class NumbersRepeats(AcmeChat):
    sent: ClassVar = []

    def send(self, http, message):
        repeat = f"-{len(self.sent)}" if self.sent else ""
        super().send(http, dataclasses.replace(message, message_id=message.message_id + repeat))
        self.sent.append(message)


class Ascii(AcmeChat):
    def send(self, http, message):
        super().send(http, dataclasses.replace(message, text=message.text.encode("ascii", "replace").decode()))


class CopiesTheBoss(AcmeChat):
    def send(self, http, message):
        super().send(http, dataclasses.replace(message, to=message.to + ",boss@mitienda.example"))


class TextAttachments(AcmeChat):
    def send(self, http, message):
        files = tuple(dataclasses.replace(a, content=a.content.replace(b"\r\n", b"\n")) for a in message.attachments)
        super().send(http, dataclasses.replace(message, attachments=files))


class FirstAttachmentOnly(AcmeChat):
    def send(self, http, message):
        super().send(http, dataclasses.replace(message, attachments=message.attachments[:1]))


class SwallowsRefusals(AcmeChat):
    def send(self, http, message):
        with suppress(DataError):
            super().send(http, message)


class EverythingIsData(AcmeChat):
    def send(self, http, message):
        try:
            super().send(http, message)
        except TransientError as error:
            raise DataError("no") from error


class SwallowsEverything(AcmeChat):
    def send(self, http, message):
        with suppress(HubError):
            super().send(http, message)


class TokenInBody(AcmeChat):
    def send(self, http, message):
        body = payload_of(message) | {"token": self.config.token.get_secret_value()}
        if "\n" in "".join((message.to, message.subject, message.reply_to, message.sender_name, message.message_id)):
            raise DataError("a line break")
        if any("\n" in attachment.filename for attachment in message.attachments):
            raise DataError("a line break")
        if not http.query("/messages", body)["ok"]:
            raise DataError("not known")


class Unguarded(AcmeChat):
    def send(self, http, message):
        if not http.query("/messages", payload_of(message))["ok"]:
            raise DataError("not known")


class RawHeaders(AcmeMail):
    """Writes the mail by hand."""

    def send(self, http, message):
        if "\n" in message.to:
            raise DataError("a line break")
        with self.open() as server:
            head = f"From: a@b.example\r\nTo: {message.to}\r\nSubject: {message.subject}\r\n"
            text = f"{head}Message-ID: {message.message_id}\r\n\r\n{message.text}"
            try:
                server.sendmail("a@b.example", [message.to], text.encode())
            except smtplib.SMTPRecipientsRefused as error:
                ((code, _),) = error.recipients.values()
                raise (TransientError if code < 500 else DataError)(str(code)) from error


class CrashesOnLineBreaks(AcmeMail):
    def send(self, http, message):
        EmailMessage()["Subject"] = message.subject
        super().send(http, message)


class GreylistingIsForEver(AcmeMail):
    def hand_over(self, mail, to):
        try:
            super().hand_over(mail, to)
        except TransientError as error:
            if "450" in str(error):
                raise DataError("refused") from error
            raise


class NoSuchUserPasses(AcmeMail):
    def hand_over(self, mail, to):
        try:
            super().hand_over(mail, to)
        except DataError as error:
            raise TransientError("refused") from error


class LoginLater(AcmeMail):
    def check(self, http):
        smtplib.SMTP(self.config.host, self.config.port, timeout=5).quit()
        return "there"


class CutsLongTexts(AcmeChat):
    def send(self, http, message):
        super().send(http, dataclasses.replace(message, text=message.text[:4096]))


CHATS = [
    (CutsLongTexts, {"a_long_message_is_whole_or_refused"}),
    (Keyless, {"hands_over_once_with_the_message_id"}),
    (
        SendsTwice,
        {
            "attachments_arrive_byte_for_byte",
            "hands_over_once_with_the_message_id",
            "a_repeat_carries_the_same_id",
            "a_long_message_is_whole_or_refused",
        },
    ),
    (NumbersRepeats, {"a_repeat_carries_the_same_id"}),
    (Ascii, {"the_message_arrives_as_it_was_written", "a_long_message_is_whole_or_refused"}),
    (CopiesTheBoss, {"the_message_arrives_as_it_was_written"}),
    (TextAttachments, {"attachments_arrive_byte_for_byte"}),
    (FirstAttachmentOnly, {"attachments_arrive_byte_for_byte"}),
    (SwallowsRefusals, {"a_refused_recipient_is_a_data_error"}),
    (EverythingIsData, {"a_service_that_is_down_is_transient", "a_recipient_to_try_later_is_transient"}),
    (
        SwallowsEverything,
        {
            "a_service_that_is_down_is_transient",
            "a_recipient_to_try_later_is_transient",
            "a_refused_recipient_is_a_data_error",
            "refused_credentials_are_a_config_error",
        },
    ),
    (TokenInBody, {"no_secret_is_in_the_message"}),
    (Unguarded, {"header_injection_is_refused"}),
]
MAILS = [
    (
        RawHeaders,
        {
            "header_injection_is_refused",
            "the_message_arrives_as_it_was_written",
            "attachments_arrive_byte_for_byte",
            "a_long_message_is_whole_or_refused",
        },
    ),
    (CrashesOnLineBreaks, {"header_injection_is_refused"}),
    (GreylistingIsForEver, {"a_recipient_to_try_later_is_transient"}),
    (NoSuchUserPasses, {"a_refused_recipient_is_a_data_error"}),
    (LoginLater, {"refused_credentials_are_a_config_error", "an_unreachable_service_is_transient"}),
]
