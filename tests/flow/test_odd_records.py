"""Records that fit nowhere: each is kept as it came, and the others go on."""

import math
from datetime import timedelta

import pytest

from hub.flow.intake import map_records, stored_record, take_in
from hub.flow.portal_port import canonical_reference
from hub.plugin import DataError, Ignored, Refund, Rejected, Sale
from hub.store import Cfdi, InboxItem, InboxState, RefundRow, Ticket
from pac_providers.sandbox.provider import Sandbox
from tests.support.world import METADATA

NOBODY = {"object_kind": "sale", "id": "pi_odd"}


def ring():
    record = {"id": "ring"}
    record["self"] = record
    return record


ODD = {
    "no number": {"a": math.nan},
    "too many digits": {"a": 10**5000},
    "keys of several types": {1: 2, "a": 3},
    "inside itself": ring(),
    "half a character": {"a": "\ud800"},
    "NUL": {"a": "\0"},
    "bytes": {"a": b"\xff"},
}


def taken(hub, *records):
    source = hub.flow.instances.sources["stripe-mx"].plugin
    mapped = map_records(source, records)
    with hub.flow.store.write() as session:
        return take_in(hub.flow, session, "stripe-mx", mapped)


@pytest.mark.parametrize("kind", ODD)
def test_a_record_that_is_no_sale_is_set_aside_and_the_next_one_is_taken(hub, kind):
    hub.stripe.pay(116000)
    good = hub.flow.instances.sources["stripe-mx"]
    (event,) = hub.stripe.events("payment_intent.succeeded")
    (record,) = good.plugin.read(good.http, event["data"]["object"]["id"])
    counts = taken(hub, ODD[kind], record)
    assert (counts.set_aside, counts.new) == (1, 1)
    assert len(hub.all(Ticket)) == 1
    (aside,) = [item for item in hub.all(InboxItem) if item.state == InboxState.SET_ASIDE]
    assert aside.body
    assert aside.reason


def test_a_record_that_is_no_json_may_be_tried_again_and_is_set_aside_again(hub):
    taken(hub, {"a": math.nan})
    with hub.flow.store.write() as session:
        item = session.get_one(InboxItem, hub.only(InboxItem).id)
        item.state, item.due_at = InboxState.RECEIVED, hub.clock()
    hub.work()
    assert (hub.only(InboxItem).state, "no JSON" in hub.only(InboxItem).reason) == (InboxState.SET_ASIDE, True)


def test_a_sale_of_the_far_future_is_set_aside_and_taken_in_when_its_time_has_come(hub):
    hub.stripe.pay(116000)
    good = hub.flow.instances.sources["stripe-mx"]
    (event,) = hub.stripe.events("payment_intent.succeeded")
    (record,) = good.plugin.read(good.http, event["data"]["object"]["id"])
    hub.clock.ahead = -timedelta(days=3)
    assert taken(hub, record).set_aside == 1
    item = hub.only(InboxItem)
    assert ("more than 2 days ahead of now" in item.reason, "correct the date" in item.hint) == (True, True)
    assert hub.all(Ticket) == []
    hub.clock.ahead = -timedelta(days=1)
    with hub.flow.store.write() as session:
        again = session.get_one(InboxItem, item.id)
        again.state, again.due_at = InboxState.RECEIVED, hub.clock()
    hub.work()
    assert (hub.only(InboxItem).state, len(hub.all(Ticket))) == (InboxState.DONE, 1)


def test_of_a_record_that_its_source_tells_anew_only_the_last_word_waits(hub):
    hub.stripe.pay(116000)
    good = hub.flow.instances.sources["stripe-mx"]
    (event,) = hub.stripe.events("payment_intent.succeeded")
    (record,) = good.plugin.read(good.http, event["data"]["object"]["id"])
    for currency in ("pesos", "peso"):
        assert taken(hub, {**record, "payment_intent": {**record["payment_intent"], "currency": currency}}).set_aside
        (waiting,) = [item for item in hub.all(InboxItem) if item.state == InboxState.SET_ASIDE]
        assert f'"currency":"{currency}"'.encode() in waiting.body
    assert taken(hub, record).new == 1
    items = hub.all(InboxItem)
    assert {(item.state, item.hint) for item in items} == {(InboxState.DONE, "")}
    assert [item.reason for item in items if item.reason] == ["its source tells it anew"] * 2


class Numbers:
    """A source whose orders and refunds are numbered alike."""

    name = "numbers"
    works = False

    def to_sale(self, record):
        if not self.works and record.get("order"):
            raise DataError("not yet")
        at = "2026-03-02T12:00:00-06:00"
        if "order" in record:
            return Refund(id="r1", sale_id="1", refunded_at=at, currency="MXN", amount="1.00")
        line = {"description": "Café", "unit_price": "10.00", "total": "10.00"}
        return Sale(id="1", sold_at=at, currency="MXN", total="10.00", lines=[line])


def test_a_sale_does_not_settle_a_refund_of_the_same_number_and_mended_bytes_are_taken_in(hub):
    source, refund = Numbers(), {"id": 1, "order": 1}

    def take(*records):
        with hub.flow.store.write() as session:
            return take_in(hub.flow, session, "stripe-mx", map_records(source, records))

    assert take(refund).set_aside == 1
    assert take({"id": 1}).new == 1
    (item,) = [item for item in hub.all(InboxItem) if b"order" in item.body]
    assert item.state == InboxState.SET_ASIDE
    source.works = True
    assert take(refund).new == 1
    (item,) = [item for item in hub.all(InboxItem) if b"order" in item.body]
    assert (item.state, hub.only(RefundRow).amount) == (InboxState.DONE, 1)


def test_a_stored_record_has_its_half_characters_again():
    source = type("Source", (), {"name": "x", "to_sale": lambda *_: Ignored("seen")})()
    (mapped,) = map_records(source, [{"a": "\ud800"}])
    assert stored_record(mapped.body) == {"a": "\ud800"}


def test_an_error_that_quotes_what_no_database_keeps_is_kept_without_it(hub, monkeypatch):
    source = hub.flow.instances.sources["stripe-mx"].plugin
    odd = DataError("a\0b \ud800", hint="\0")
    monkeypatch.setattr(type(source), "to_sale", lambda *_: (_ for _ in ()).throw(odd))
    assert taken(hub, NOBODY).set_aside == 1
    item = hub.only(InboxItem)
    assert (item.reason, item.hint) == ("a\ufffdb \ufffd", "\ufffd")


@pytest.mark.parametrize("address", ["a@" + "b" * 300 + ".mx", "İ" * 200 + "@cliente.example"])
def test_an_address_longer_than_any_is_none(hub, address):
    hub.stripe.pay(116000, receipt_email=address)
    hub.poll()
    assert (hub.ticket.state, hub.ticket.email, hub.smtp.received) == ("open", "", [])


def test_a_reference_whose_letters_grow_is_found_by_what_was_typed(hub):
    reference = "ß" * 99
    hub.stripe.pay(116000, payment_details={"order_reference": reference})
    hub.poll()
    assert hub.ticket.canonical_reference == canonical_reference(reference) == "S" * 100
    assert hub.portal.find("tienda", reference, "1160") == hub.ticket.purchase_link


def test_a_code_that_no_authority_has_does_not_stop_the_rejection(hub, monkeypatch):
    monkeypatch.setattr(Sandbox, "stamp", lambda *_: Rejected("C" * 200 + "\0", "no\0 \ud800"))
    hub.stripe.pay(116000, metadata=METADATA)
    hub.poll()
    cfdi = hub.only(Cfdi)
    assert (cfdi.state, cfdi.code, cfdi.reason) == ("rejected", "C" * 30, "no\ufffd \ufffd")
