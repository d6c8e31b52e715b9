"""What Stripe does not document is one record's trouble, or that of the moment; never a crash, never without end."""

import json

import httpx
import pytest

from connectors.stripe.testing import FakeStripe
from hub.plugin import DataError, Http, RawRequest, TransientError

OBJECT = {"id": "dp_1", "currency": "mxn", "amount": 100, "charge": "ch_1"}
EVENT = {"id": "evt_1", "object": "event", "livemode": False, "type": "charge.dispute.created"}


def delivery(world, event):
    body = json.dumps(event).encode()
    return RawRequest({"stripe-signature": world.fake.signature(body)}, body, world.fake.clock())


@pytest.mark.parametrize(
    "event",
    [
        {**EVENT, "data": []},
        {**EVENT, "data": {"object": {"id": ["dp_1"]}}},
        {**EVENT, "data": {"object": {**OBJECT, "amount": "many"}}},
        {**EVENT, "data": {"object": {**OBJECT, "amount": None}}},
        {**EVENT, "data": {"object": {**OBJECT, "amount": []}}},
        {**EVENT, "data": {"object": {**OBJECT, "currency": None, "amount": {}}}},
        {**EVENT, "data": {"object": OBJECT}, "type": "charge.refunded", "account": {"id": "acct_1"}},
    ],
)
def test_an_event_of_another_shape_is_set_aside(world, event):
    with pytest.raises(DataError):
        world.source.changed(delivery(world, event))


@pytest.mark.parametrize(
    "change",
    [
        {"created": 10**20},
        {"created": "2026-02-30"},
        {"amount": "1e999999999"},
        {"status": ["succeeded"]},
        {"currency": "\x00\x00\x00"},
    ],
)
def test_a_refund_of_another_shape_is_set_aside(world, change):
    world.fake.refund(world.fake.pay(50000), 100)
    (event,) = world.fake.events("refund.created")
    (record,) = world.records(event)
    with pytest.raises(DataError):
        world.source.to_sale({**record, "refund": {**record["refund"], **change}})


ANSWERS = {"a list": [], "no data": {"has_more": False}, "texts": {"data": ["a"], "has_more": False}, "null": None}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_of_another_shape_is_the_trouble_of_the_moment(world, kind):
    client = world.source.client()
    wire = httpx.MockTransport(lambda _: httpx.Response(200, json=ANSWERS[kind]))
    http = Http.of(type(client)(client.base_url, transport=wire))
    for read in (lambda: world.source.read(http, "pi_1"), lambda: list(world.source.pages(http, world.fake.clock()))):
        with pytest.raises(TransientError):
            read()


def test_a_list_without_end_ends(world):
    fake, asked = FakeStripe(), []
    same = {"data": [{"id": "pi_1", "status": "requires_action", "created": 1}], "has_more": True}

    def wire(request):
        asked.append(request)
        assert len(asked) < 10
        return httpx.Response(200, json=same)

    http = Http.of(type(world.source.client())("http://stripe.example", transport=httpx.MockTransport(wire)))
    with pytest.raises(TransientError, match="again and again"):
        list(world.source.pages(http, fake.clock()))
