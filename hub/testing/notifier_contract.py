"""What a notifier promises: each message handed over once, whole, and recognisable when it comes again."""

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx

from hub.plugin import Attachment, ConfigError, DataError, Http, Message, Notifier, TransientError

from .expect import fail, outcome, raised
from .plugin_contract import PluginContract
from .secrets import Watch, secrets_of
from .sink import HttpSink, Received, Sink
from .wire import Wire

EVERY_BYTE = bytes(range(256))
MESSAGE = Message(
    message_id="<cfdi-1042@hub.example>",
    to="compras@cliente.example",
    subject="Tu factura A-1042 está lista 🧾",
    text="Hola, Íñigo:\n\n.Aquí está tu factura por $1,160.00 MXN.\nDe parte de la tienda, ¡gracias!\n",
    html="<p>Hola, Íñigo: aquí está tu factura por <b>$1,160.00 MXN</b>.</p>",
    attachments=(
        Attachment(
            "A-1042 señal.xml", "application/xml", b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<a>\n.\n\xc3\xb1</a>\r\n'
        ),
        Attachment("A-1042.pdf", "application/pdf", b"%PDF-1.7\n" + EVERY_BYTE * 8 + b"\r\n.\r\n"),
    ),
    reply_to="tienda@mitienda.example",
    sender_name="Mi Tienda, S.A. de C.V.",
)
INJECTED = "\r\nX-Injected: yes\r\nBcc: thief@evil.example"
LONG = "\n".join(f"{line:05} Factura A-{line}: $1,160.00 MXN, ¡gracias!" for line in range(2500)) + "\n"
"""Longer than the limits of chats (4,096) and of their files of text (100,000), in lines that mail may carry."""
PLAIN = dataclasses.replace(MESSAGE, attachments=())


class NotifierContract(PluginContract):
    """The contract of a notifier. Write `make_sink`, and `config` (a property may use `self.sink`).

    A channel without attachments or message identity waives those checks and says so.
    """

    plugin: type[Notifier[Any]]
    _sink: Sink | None = None

    # ---- what the author writes

    def make_sink(self) -> Sink:
        """The other side, new for each check: `SmtpSink()` or `HttpSink(...)`."""
        raise NotImplementedError(f"write make_sink(self) in {type(self).__name__}: return an SmtpSink or HttpSink")

    # ---- what the checks use

    @property
    def sink(self) -> Sink:
        """The other side of this check."""
        if self._sink is None:
            self._sink = self.make_sink()
        return self._sink

    def teardown_method(self) -> None:
        """Close the other side."""
        if self._sink is not None:
            self._sink.close()

    def make(self) -> Notifier[Any]:
        """A new notifier."""
        return self.plugin(self.config)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The sink's answer; a channel that does not speak HTTP never asks."""
        assert isinstance(self.sink, HttpSink), "a notifier with its own protocol does not use HTTP"
        return self.sink.answer(request)

    def send(self, message: Message = MESSAGE, wire: Wire | None = None) -> None:
        """Send over that wire."""
        self.make().send(self.http(wire), message)

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Check and send."""
        yield from super().operations()
        yield "send", lambda http: self.make().send(http, MESSAGE)

    # ---- the checks; those of every plugin that need a wire use the sink instead

    def test_refused_credentials_are_a_config_error(self) -> None:
        self.sink.refuse_credentials()
        advice = "The operator must learn that the credentials are wrong"
        raised(ConfigError, self.checked, "check with refused credentials", advice)
        raised(ConfigError, self.send, "send with refused credentials", advice)

    def test_an_unreachable_service_is_transient(self) -> None:
        self.sink.go_down()
        raised(TransientError, self.checked, "check while the service is down", "Being down passes")

    def test_a_service_that_is_down_is_transient(self) -> None:
        self.sink.go_down()
        raised(TransientError, self.send, "send while the service is down", "The hub sends it again later")
        assert not self.sink.received, "a message arrived although the service was down: what does the sink do?"

    def test_hands_over_once_with_the_message_id(self) -> None:
        self.send()
        (received,) = self._exactly(1)
        assert received.message_id == MESSAGE.message_id, (
            f"the message went out as {received.message_id!r}; carry message_id, so that a repeat is seen to be one"
        )

    def test_the_message_arrives_as_it_was_written(self) -> None:
        self.send()
        for received in self.sink.received:
            assert received.recipients == (MESSAGE.to,), f"it went to {received.recipients}, not to {MESSAGE.to} alone"
            assert received.subject == MESSAGE.subject, f"the subject arrived as {received.subject!r}"
            lines = received.text.replace("\r\n", "\n").strip()
            assert lines == MESSAGE.text.strip(), f"the text arrived as {received.text!r}; send it as UTF-8"

    def test_a_long_message_is_whole_or_refused(self) -> None:
        result = outcome(partial(self.send, dataclasses.replace(PLAIN, text=LONG, html="")))
        if isinstance(result, DataError):
            return
        assert result is None, f"a message of {len(LONG)} characters raised {result!r}; raise DataError: it stays long"
        arrived = "".join(received.text for received in self.sink.received).replace("\r\n", "\n")
        assert "".join(arrived.split()) == "".join(LONG.split()), (
            f"of a message of {len(LONG)} characters {len(arrived)} arrived; send it whole, in parts, or raise "
            "DataError: half a message looks like a whole one"
        )

    def test_a_repeat_carries_the_same_id(self) -> None:
        self.send()
        self.send()
        first, second = self._exactly(2)
        assert first.message_id == second.message_id, (
            f"a repeat went out as {second.message_id!r}, first it was {first.message_id!r}; keep no state, add nothing"
        )

    def test_attachments_arrive_byte_for_byte(self) -> None:
        self.send()
        arrived = [attachment for received in self.sink.received for attachment in received.attachments]
        assert [a.filename for a in arrived] == [a.filename for a in MESSAGE.attachments], (
            f"the attachments arrived as {[a.filename for a in arrived]}; keep their names and order"
        )
        for sent, got in zip(MESSAGE.attachments, arrived, strict=True):
            assert got.content == sent.content, f"{sent.filename} arrived changed; send it as base64, never as text"
            assert got.media_type == sent.media_type, f"{sent.filename} arrived as {got.media_type}"

    def test_a_refused_recipient_is_a_data_error(self) -> None:
        self.sink.refuse_recipients()
        raised(DataError, self.send, "a recipient that will never be taken", "The address is wrong, not the service")

    def test_a_recipient_to_try_later_is_transient(self) -> None:
        self.sink.delay_recipients()
        raised(TransientError, self.send, "a recipient to be tried again later", "A 4xx of SMTP, a 429: it passes")

    def test_no_secret_is_in_the_message(self) -> None:
        self.send()
        watch = Watch()
        watch.seen = [("the message", received.raw.decode("latin-1")) for received in self.sink.received]
        assert not watch.leak(secrets_of(self.config)), "a secret of the configuration is in the message itself"

    def test_header_injection_is_refused(self) -> None:
        for field in ("to", "subject", "reply_to", "sender_name", "message_id"):
            value = getattr(PLAIN, field) + INJECTED
            message = dataclasses.replace(PLAIN, **{field: value})
            self._harmless(outcome(partial(self.send, message)), field, value)
        attachment = dataclasses.replace(MESSAGE.attachments[0], filename="a.xml" + INJECTED)
        message = dataclasses.replace(PLAIN, attachments=(attachment,))
        self._harmless(outcome(partial(self.send, message)), "attachment name", PLAIN.to)

    def _harmless(self, result: object, field: str, value: str) -> None:
        if result is not None and not isinstance(result, DataError):
            fail(f"a line break in {field} raised {result!r}; raise DataError: trying again will not help")
        for received in self.sink.received:
            mended = {PLAIN.to, value} if field == "to" else {PLAIN.to}
            assert "x-injected" not in received.headers, f"a line break in {field} became a header; raise DataError"
            assert set(received.recipients) <= mended, (
                f"a line break in {field} added the recipients {received.recipients}"
            )

    def _exactly(self, count: int) -> list[Received]:
        received = self.sink.received
        assert len(received) == count, f"{len(received)} messages arrived, not {count}; hand over once, never retry"
        return received
