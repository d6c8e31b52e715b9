"""Every case that Zapier and Make bring, over HTTP, with their own headers."""

import json
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from connectors.zapier.testing import FakeZapier
from hub.flow.api_keys import keep_key
from hub.flow.tell import tell_events
from hub.store import Delivery, Hook, InboxItem, RefundRow
from tests.web.api.conftest import places

FIXTURES = Path(__file__).parents[3] / "connectors/zapier/tests/fixtures"
CASES = [
    pytest.param(tool, name, id=f"{tool} {name}")
    for tool in ("zapier", "make")
    for name in json.loads((FIXTURES / f"{tool}.json").read_text("utf-8"))
    if not name.startswith("hook_")
]
BEFORE = {
    "duplicate_delivery": ["paid_sale_mxn"],
    "conflict_same_id": ["paid_sale_mxn"],
    "full_refund": ["paid_sale_mxn"],
    "partial_refund": ["sale_tax_discount"],
}
"""What each case comes after."""
WRONG = {
    "all_strings_from_webhooks_step": {
        "/lines__description",
        "/occurred_at",
        "/currency",
        "/total",
        "/prices_include_tax",
    },
    "unsupported_event": {"/occurred_at"},
}


@pytest.fixture
def replay(hub, url):
    """Sends a case; the first one makes the key of the cases known."""

    def send(tool, name):
        case = json.loads((FIXTURES / f"{tool}.json").read_text("utf-8"))[name]
        with hub.flow.store.write() as session:
            if not send.known:
                keep_key(session, "zaps", tool, case["key"], live=False, at=hub.clock())
                send.known.append(case["key"])
        content = case.get("raw", json.dumps(case["body"], ensure_ascii=False) if "body" in case else "")
        return case["expect"], httpx.request(
            case["method"],
            url + case["path"],
            params=case.get("query"),
            content=content.encode(),
            headers=case["headers"],
            timeout=30,
        )

    send.known = []
    return send


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_each_case_comes_out_as_it_should(hub, replay, tool, name):
    for earlier in BEFORE.get(name, []):
        assert replay(tool, earlier)[1].status_code == 201
    before = [item.model_dump() for item in hub.all(InboxItem)]
    expect, answer = replay(tool, name)
    assert answer.status_code == expect["http_status"], answer.text
    if expect["outcome"] == "sale":
        judge_sale(hub, expect["sale"], answer)
    elif expect["outcome"] == "refund":
        judge_refund(hub, expect["refund"])
    else:
        assert [item.model_dump() for item in hub.all(InboxItem)] == before
    if name in WRONG:
        assert WRONG[name] <= set(places(answer))


def judge_sale(hub, expected, answer):
    ticket = hub.ticket
    assert answer.json() == {
        "id": str(ticket.id),
        "external_id": expected["external_id"],
        "reference": expected["external_id"],
        "portal_url": f"http://facturas.example/f/{ticket.purchase_link}",
        "status_url": f"http://facturas.example/api/v1/tickets/{ticket.id}",
    }
    assert (ticket.source, ticket.movement_key, ticket.currency) == ("zaps", expected["external_id"], "MXN")
    assert str(ticket.total) == expected["total"]
    lines, buyer = ticket.sale["lines"], ticket.sale["buyer"]
    assert len(lines) == expected["line_count"]
    assert sum(Decimal(line["discount"]) for line in lines) == Decimal(expected["discount_total"])
    net = sum(Decimal(one["quantity"]) * Decimal(one["unit_price"]) - Decimal(one["discount"]) for one in lines)
    assert ticket.total - net == Decimal(expected["tax_total"])
    assert ticket.sale["forma_pago"] == expected["forma_pago"]
    assert buyer["rfc"] == expected["buyer_rfc"]
    for ours, theirs in (("nombre", "name"), ("codigo_postal", "zip"), ("regimen_fiscal", "regimen")):
        assert buyer[ours] == expected.get(f"buyer_{theirs}")


def judge_refund(hub, expected):
    row = hub.only(RefundRow)
    assert (row.refund_key, row.movement_key) == (expected["external_id"], expected["sale_external_id"])
    assert (str(row.amount), row.currency) == (expected["amount"], expected["currency"])
    assert (hub.ticket.refunded, hub.ticket.state) == (row.amount, "void" if expected["full"] else "open")


def test_a_sale_with_the_buyers_data_is_invoiced_at_once_and_the_zap_hears_of_it(hub, url, replay):
    zapier = FakeZapier(clock=hub.clock)
    with zapier.serving():
        replay("zapier", "malformed")
        zap = zapier.switch_on(url, "hubkey_test_zap", "invoice.stamped")
        case = json.loads((FIXTURES / "zapier.json").read_text("utf-8"))["sale_with_rfc"]
        assert zapier.send(url, "hubkey_test_zap", "/api/v1/sales", case["body"]).status_code == 201
        hub.work()
        tell_events(hub.flow)
        hub.work()
    assert (hub.ticket.state, zap.forged) == ("invoiced", 0)
    (heard,) = zap.heard
    sample = json.loads((FIXTURES / "zapier.json").read_text("utf-8"))["hook_perform_list_sample"]
    (wanted,) = sample["expect"]["response_body"]
    listed = httpx.get(
        f"{url}/api/v1/invoices", params=sample["query"], headers={"authorization": "Bearer hubkey_test_zap"}
    )
    assert (listed.status_code, listed.json()) == (200, [{k: v for k, v in heard.items() if k != "event"}])
    assert wanted.keys() <= heard.keys()
    assert (heard["event"], heard["status"], heard["rfc_receptor"]) == ("invoice.stamped", "stamped", "URE180429TM6")
    assert (heard["id"], heard["uuid"], heard["total"]) == (hub.cfdi.uuid, hub.cfdi.uuid, "1160.00")


def test_a_zap_that_is_switched_on_and_off_is_subscribed_and_unsubscribed(hub, replay):
    replay("zapier", "malformed")
    expect, answer = replay("zapier", "hook_subscribe")
    assert answer.status_code == expect["http_status"] == 201
    assert expect["response_body"].items() <= answer.json().items()
    assert hub.only(Hook).target_url == "https://hooks.zapier.com/hooks/standard/1234567/abcdef/"
    again = replay("zapier", "hook_subscribe")[1]
    assert (again.status_code, again.json()) == (200, answer.json())
    expect, answer = replay("zapier", "hook_unsubscribe")
    assert (answer.status_code, hub.all(Hook)) == (expect["http_status"], [])
    assert replay("zapier", "hook_unsubscribe")[1].status_code == 404


def test_a_zap_that_is_off_is_unsubscribed_by_its_410(hub, url, replay):
    zapier = FakeZapier(clock=hub.clock)
    with zapier.serving():
        replay("zapier", "malformed")
        zap = zapier.switch_on(url, "hubkey_test_zap", "ticket.created")
        zap.switch_off()
        replay("zapier", "paid_sale_mxn")
        tell_events(hub.flow)
        hub.work()
    (told,) = [row for row in hub.all(Delivery) if row.kind == "hook"]
    assert (told.state, told.due_at, len(zap.tries), hub.all(Hook)) == ("dropped", None, 1, [])
