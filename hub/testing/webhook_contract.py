"""What a source with webhooks promises: only its sender is believed, and nothing depends on order or number."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from hub.plugin import (
    ConfigError,
    DataError,
    Http,
    Ignored,
    RawRequest,
    Record,
    SignatureError,
    TransientError,
    WebhookSource,
)

from .expect import fail, outcome, raised
from .judgement import changed_at
from .sales_contract import Money
from .secrets import Watch, secrets_of
from .source_contract import SourceContract
from .wire import always

RUBBISH = (b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"{}", b'"text"', b"17", b"<html></html>", b"\x00" * 64)
HEADER_RUBBISH = ("", "rubbish", "t=,v1=", "t=now,v1=00", "v1,!!", "\u00b2", "\u00f1", "9" * 400, "=" * 64)
A_DAY = timedelta(days=1)


class WebhookSourceContract(SourceContract):
    """The contract of a source that also gets signed deliveries. Besides those of `SourceContract` write `deliveries`.

    A sender that signs no time cannot meet `an_old_delivery_is_refused`: waive it and say so.
    """

    plugin: type[WebhookSource[Any]]

    # ---- what the author writes

    def deliveries(self) -> list[RawRequest]:
        """Authentic deliveries as the remote side signs them, in the order in which things happened.

        Two or more that differ; best with two about the same sale. Sign them with the secret of `config`.
        """
        raise NotImplementedError(f"write deliveries(self) in {type(self).__name__}: return signed RawRequests")

    def gone(self, request: httpx.Request) -> httpx.Response:
        """Play the remote side that no longer has what a delivery named.

        Override if it says something else than 404, or only of some addresses: an emptied fake is best.
        """
        return httpx.Response(404, request=request)

    # ---- what the checks use

    def make(self) -> WebhookSource[Any]:
        """A new source."""
        return self.plugin(self.config)

    def follow(self, delivery: RawRequest) -> list[Money]:
        """The movements that a delivery leads to, read again where it only names them."""
        source = self.make()
        told = source.changed(delivery)
        found = [] if isinstance(told, Ignored) else [r for item in told for r in self._records(source, item)]
        return self.movements_of(found)

    def _records(self, source: WebhookSource[Any], item: str | Record) -> list[Record]:
        return list(source.read(self.http(), item)) if isinstance(item, str) else [item]

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        """Those of a source, and the webhook's side of it."""
        yield from super().operations()
        delivery = self.deliveries()[0]
        tampered = dataclasses.replace(delivery, body=delivery.body + b" ")
        yield "verify", lambda _: self.make().verify(tampered)
        yield "changed", lambda _: self.make().changed(delivery)
        yield "read", lambda http: self._read_named(http, delivery)

    def _read_named(self, http: Http, delivery: RawRequest) -> list[Record]:
        source = self.make()
        told = source.changed(delivery)
        named = [] if isinstance(told, Ignored) else [item for item in told if isinstance(item, str)]
        return [record for item in named for record in source.read(http, item)]

    # ---- signatures

    def test_an_authentic_delivery_is_accepted(self) -> None:
        assert len(self.deliveries()) >= 2, "let `deliveries` give two or more"
        for delivery in self.deliveries():
            refusal = outcome(partial(self.make().verify, delivery))
            assert refusal is None, f"an authentic delivery was refused: {refusal!r}; verify answers nothing or raises"

    def test_a_tampered_body_is_refused(self) -> None:
        advice = "Check the signature over request.body, byte for byte, with a function of hub.plugin"
        for delivery in self.deliveries():
            for body in _tampered(delivery.body):
                other = dataclasses.replace(delivery, body=body)
                raised(SignatureError, partial(self.make().verify, other), "a tampered body", advice)

    def test_a_missing_signature_is_refused(self) -> None:
        advice = "Take headers with request.header(name), which raises SignatureError if it is missing"
        for delivery in self.deliveries():
            bare = dataclasses.replace(delivery, headers={})
            raised(SignatureError, partial(self.make().verify, bare), "a delivery without headers", advice)
            for name in delivery.headers:
                self._verify_survives(delivery, {k: v for k, v in delivery.headers.items() if k != name}, f"no {name}")

    def test_a_rubbish_signature_is_refused(self) -> None:
        for delivery in self.deliveries()[:1]:
            for rubbish in HEADER_RUBBISH:
                spoilt = dataclasses.replace(delivery, headers=dict.fromkeys(delivery.headers, rubbish))
                advice = "Anybody may send anything: refuse it, do not crash on it"
                raised(SignatureError, partial(self.make().verify, spoilt), f"headers of {rubbish[:20]!r}", advice)
                for name in delivery.headers:
                    self._verify_survives(delivery, {**delivery.headers, name: rubbish}, f"{name}: {rubbish[:20]!r}")

    def test_an_old_delivery_is_refused(self) -> None:
        for delivery in self.deliveries():
            late = dataclasses.replace(delivery, received_at=delivery.received_at + A_DAY)
            raised(
                SignatureError,
                partial(self.make().verify, late),
                "a delivery sent again a day later",
                "Check the signed time against request.received_at; waive this if the sender signs no time",
            )

    def _verify_survives(self, delivery: RawRequest, headers: dict[str, str], what: str) -> None:
        result = outcome(partial(self.make().verify, dataclasses.replace(delivery, headers=headers)))
        assert result is None or isinstance(result, SignatureError), (
            f"verify with {what} raised {result!r}; anybody may send anything: raise SignatureError"
        )

    # ---- what a delivery says

    def test_the_delivery_key_is_stable_and_tells_deliveries_apart(self) -> None:
        keys = []
        for delivery in self.deliveries():
            later = dataclasses.replace(delivery, received_at=delivery.received_at + timedelta(seconds=9))
            first, again = self.make().delivery_key(delivery), self.make().delivery_key(later)
            assert isinstance(first, str), f"delivery_key answered {first!r}; return text"
            assert first, "delivery_key answered an empty text"
            assert first == again, f"one delivery has the keys {first} and {again}; a repeat would count as new"
            keys.append(first)
        assert len(set(keys)) == len(keys), (
            f"different deliveries share the key {_repeated(keys)}; the second would be dropped as a repeat"
        )

    def test_the_kept_headers_are_enough(self) -> None:
        for delivery in self.deliveries():
            whole, stored = (outcome(partial(self._changed, one)) for one in (delivery, self._stored(delivery)))
            assert repr(whole) == repr(stored), (
                f"`changed` says {whole!r}, and of the stored delivery {stored!r}; "
                "name the headers that it reads in `kept_headers`, in lower case"
            )

    def test_the_kept_headers_carry_no_secret(self) -> None:
        for delivery in self.deliveries():
            watch = Watch()
            for name, value in self._stored(delivery).headers.items():
                watch.show(f"the header {name}", value)
            where = watch.leak(secrets_of(self.config))
            assert not where, f"{where} carries a secret into the database; take it out of `kept_headers`"

    def _stored(self, delivery: RawRequest) -> RawRequest:
        kept = self.plugin.kept_headers
        return dataclasses.replace(delivery, headers={k: v for k, v in delivery.headers.items() if k in kept})

    def test_a_repeated_delivery_leads_to_the_same_movements(self) -> None:
        for delivery in self.deliveries():
            once, twice = self.follow(delivery), self.follow(delivery)
            assert once == twice, f"the same delivery led to {once!r}, then to {twice!r}; keep no state between calls"

    def test_deliveries_out_of_order_lead_to_the_same_movements(self) -> None:
        deliveries = self.deliveries()
        forwards = _latest([m for delivery in deliveries for m in self.follow(delivery)])
        backwards = _latest([m for delivery in reversed(deliveries) for m in self.follow(delivery)])
        assert forwards == backwards, (
            "the order of arrival changes the outcome; name identifiers in `changed` so that they are read again, "
            "or set updated_at so that the newer state wins"
        )

    def test_deliveries_and_pages_agree_on_the_movement_key(self) -> None:
        told = {movement.id for delivery in self.deliveries() for movement in self.follow(delivery)}
        assert told, "no delivery led to a movement; let `deliveries` tell of sales that `answer` knows"
        unknown = sorted(told - set(self.movements))
        assert not unknown, f"{unknown} came by webhook and not by `pages`: the same money needs the same id in both"

    def test_a_record_that_is_gone_reads_as_nothing(self) -> None:
        for delivery in self.deliveries():
            found = outcome(partial(self._read_named, self.http(self.gone), delivery))
            assert found == [], (
                f"a record that is gone was read as {found!r}; answer nothing (http.find gives None), "
                "or one deleted order pauses the whole source"
            )

    def test_reading_what_was_named_fails_like_pages(self) -> None:
        advice = "Let the errors of Http pass: the hub reads it again later"
        for delivery in self.deliveries():
            if self._names_anything(delivery):
                down, refused = self.http(always(503)), self.http(always(403))
                raised(TransientError, partial(self._read_named, down, delivery), "read after HTTP 503", advice)
                raised(ConfigError, partial(self._read_named, refused, delivery), "read after HTTP 403", advice)

    def _names_anything(self, delivery: RawRequest) -> bool:
        told = self.make().changed(delivery)
        return not isinstance(told, Ignored) and any(isinstance(item, str) for item in told)

    def test_rubbish_is_set_aside(self) -> None:
        for delivery in self.deliveries()[:1]:
            for body in (*RUBBISH, delivery.body[: len(delivery.body) // 2]):
                rubbish = dataclasses.replace(delivery, body=body)
                raised(SignatureError, partial(self.make().verify, rubbish), f"the body {body[:20]!r}", "Refuse it")
                self._survives("delivery_key", partial(self.make().delivery_key, rubbish), body)
                self._survives("changed", partial(self._changed, rubbish), body)

    def _changed(self, delivery: RawRequest) -> object:
        told = self.make().changed(delivery)
        return told if isinstance(told, Ignored) else list(told)

    def _survives(self, name: str, call: Callable[[], Any], body: bytes) -> None:
        result = outcome(call)
        if isinstance(result, Exception) and not isinstance(result, DataError):
            fail(f"{name} of the body {body[:20]!r} raised {result!r}; raise DataError: a person looks at it")


def _tampered(body: bytes) -> Iterator[bytes]:
    for at in {0, len(body) // 2, len(body) - 1}:
        yield body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
    yield body + b"\n"
    yield body[:-1]
    yield b""


def _latest(movements: list[Money]) -> dict[str, Money]:
    """The state that the hub keeps: of each movement the newest, and of two undated ones the later to arrive."""
    kept: dict[str, Money] = {}
    for movement in movements:
        known = kept.get(movement.id)
        if known is None or changed_at(movement) >= changed_at(known):
            kept[movement.id] = movement
    return kept


def _repeated(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})
