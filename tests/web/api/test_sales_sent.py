"""`/api/v1` over a real socket: what is sent is kept exactly once, and what is wrong is told where it is."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from hub.flow.post import KEPT, forget_requests
from hub.store import ApiRequest, Event, InboxItem, PaymentRow, RefundRow, Ticket
from hub.web.api.call import MAX_BYTES
from tests.web.api.conftest import BUYER, SALE, places
from tests.web.test_webhooks import out_of_order

REFUND = {
    "external_id": "DEV-1",
    "sale_external_id": "PED-1001",
    "occurred_at": "2026-11-21T10:00:00-06:00",
    "amount": "160.00",
}


def deliveries(hub):
    return [item for item in hub.all(InboxItem) if item.kind == "delivery"]


def test_a_sale_of_the_far_future_is_refused_and_a_clock_that_is_ahead_is_not(hub, api):
    ahead = {**SALE, "occurred_at": "2126-11-20T11:52:31-06:00"}
    refused = api.post("/sales", ahead)
    (wrong,) = refused.json()["errors"]
    assert (refused.status_code, wrong["pointer"]) == (422, "/occurred_at")
    assert "is 2126-11-20T11:52:31-06:00, more than 2 days ahead of now" in wrong["message"]
    assert "correct the date" in wrong["hint"]
    assert deliveries(hub) == []
    tomorrow = (hub.flow.now() + timedelta(days=1)).isoformat()
    assert api.post("/sales", {**SALE, "occurred_at": tomorrow}).status_code == 201
    assert api("PUT", "/sales/PED-1001", ahead).status_code == 422


def test_a_sale_is_answered_once_its_raw_bytes_are_committed_and_has_its_link(hub, api):
    raw = json.dumps(SALE, indent=3).encode()
    answer = api.post("/sales", raw)
    assert (answer.status_code, answer.headers["location"]) == (201, "http://facturas.example/api/v1/sales/PED-1001")
    assert answer.headers["cache-control"] == "no-store"
    (kept,) = deliveries(hub)
    assert (kept.source, kept.body, kept.state, kept.due_at, kept.attempts) == ("propio", raw, "done", None, 0)
    assert answer.json()["portal_url"] == f"http://facturas.example/f/{hub.ticket.purchase_link}"
    assert (hub.ticket.state, hub.ticket.sale["forma_pago"], hub.ticket.sale["live"]) == ("open", "04", False)


def test_a_sale_with_the_buyers_data_becomes_its_invoice_whose_files_the_key_may_fetch(hub, api, other):
    assert api.post("/sales", {**SALE, "buyer": BUYER}).status_code == 201
    hub.work()
    shown = api.get("/sales/PED-1001").json()
    assert (shown["state"], shown["next"], shown["invoice_uuid"]) == ("invoiced", "", hub.cfdi.uuid)
    assert shown == api.get(f"/tickets/{hub.ticket.id}").json() == api.get("/tickets/PED-1001").json()
    assert shown["xml_url"] == f"http://facturas.example/api/v1/invoices/{hub.cfdi.uuid}/xml"
    (invoice,) = api.get("/invoices").json()
    assert invoice == api.get(f"/invoices/{hub.cfdi.uuid.upper()}").json()
    assert (invoice["total"], invoice["rfc_receptor"], invoice["external_id"]) == ("1160.00", BUYER["rfc"], "PED-1001")
    xml, pdf = (api.get(f"/invoices/{hub.cfdi.uuid}/{kind}") for kind in ("xml", "pdf"))
    assert (xml.headers["content-type"], pdf.headers["content-type"]) == ("application/xml", "application/pdf")
    assert hub.cfdi.uuid.upper().encode() in xml.content.upper()
    assert pdf.content.startswith(b"%PDF")
    assert other.get(f"/invoices/{hub.cfdi.uuid}/xml").status_code == 200  # sees: issuer


def test_a_key_sees_its_own_source_alone_unless_it_may_see_the_issuers(hub, api, other):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    other.post("/sales", {**SALE, "external_id": "Z-1"})
    api.post("/sales", SALE)
    numbers = {ticket.source: ticket.id for ticket in hub.all(Ticket)}
    assert [one["source"] for one in api.get("/tickets").json()] == ["propio"]
    assert [one["source"] for one in other.get("/tickets").json()] == ["propio", "zaps", "stripe-mx"]
    assert api.get(f"/tickets/{numbers['stripe-mx']}").status_code == 404
    assert other.get(f"/tickets/{numbers['stripe-mx']}").json()["source"] == "stripe-mx"
    assert (api.get("/sales/Z-1").status_code, other.get("/sales/PED-1001").status_code) == (404, 404)
    assert [one["external_id"] for one in other.get("/tickets?limit=1&state=open").json()] == ["PED-1001"]
    assert api.get("/tickets?state=void").json() == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=²", "state=lost"])
def test_a_wrong_parameter_is_told(api, query):
    answer = api.get(f"/tickets?{query}")
    assert (answer.status_code, list(places(answer))) == (400, [query.split("=")[0]])


# ---- the same again


def test_the_same_request_gets_the_same_answer_and_is_done_once(hub, api):
    first = api.post("/sales", SALE, idempotency_key="k-1")
    hub.work()
    again = api.post("/sales", json.dumps(SALE, indent=1).encode(), idempotency_key="k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert api.post("/sales", SALE).json() == first.json()
    assert api.post("/sales", SALE, idempotency_key="k-2").json() == first.json()
    assert (len(deliveries(hub)), len(hub.all(Ticket))) == (1, 1)


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        ({**SALE, "total": "1.00"}, {"idempotency_key": "k-1"}, "key-conflict"),
        ({**SALE, "external_id": "PED-2"}, {"idempotency_key": "k-1"}, "key-conflict"),
        ({**SALE, "reference": "7"}, {"idempotency_key": "k-2"}, "id-conflict"),
        ({**SALE, "reference": "7"}, {}, "id-conflict"),
    ],
)
def test_the_same_name_for_something_else_is_a_conflict(hub, api, body, headers, kind):
    assert api.post("/sales", SALE, idempotency_key="k-1").status_code == 201
    answer = api.post("/sales", body, **headers)
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (409, kind)
    assert (len(deliveries(hub)), str(hub.ticket.total)) == (1, "1160.00")


def test_a_key_that_named_a_refused_request_may_name_the_corrected_one(hub, api):
    assert api.post("/sales", {**SALE, "total": "1.00"}, idempotency_key="k").status_code == 422
    assert hub.all(ApiRequest) == []
    assert api.post("/sales", SALE, idempotency_key="k").status_code == 201


def test_a_refund_may_have_the_number_of_its_sale(hub, api):
    api.post("/sales", SALE)
    assert api.post("/refunds", {**REFUND, "external_id": "PED-1001"}).status_code == 201
    assert str(hub.ticket.refunded) == "160.00"


def test_thirty_equal_requests_at_once_are_one_sale(hub, api):
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: api.post("/sales", SALE, idempotency_key="k"), range(30)))
    assert {answer.status_code for answer in answers} <= {200, 201, 202}
    assert [answer.status_code for answer in answers].count(201) <= 1
    assert len({answer.text for answer in answers if answer.status_code != 202}) == 1
    assert (len(deliveries(hub)), len(hub.all(Ticket))) == (1, 1)


def test_different_bodies_at_once_under_one_key_leave_one_sale(hub, api):
    bodies = [{**SALE, "external_id": f"P-{number}"} for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda body: api.post("/sales", body, idempotency_key="k"), bodies))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    assert hub.ticket.movement_key == next(one.json()["external_id"] for one in answers if one.status_code == 201)


def test_a_key_is_remembered_for_more_than_a_day_and_then_forgotten(hub, api):
    api.post("/sales", SALE, idempotency_key="k")
    hub.clock.ahead += timedelta(hours=25)
    forget_requests(hub.flow)
    assert api.post("/sales", {**SALE, "external_id": "2"}, idempotency_key="k").status_code == 409
    hub.clock.ahead += KEPT
    forget_requests(hub.flow)
    assert hub.all(ApiRequest) == []
    assert api.post("/sales", SALE, idempotency_key="k").status_code == 200  # its external_id is known for ever


def test_what_a_process_left_behind_when_it_died_is_opened_by_another(hub, api, monkeypatch):
    def dies(*_):
        raise SystemError("killed")

    monkeypatch.setattr("hub.flow.post.open_claimed", dies)
    answer = api.post("/sales", SALE)
    assert (answer.status_code, answer.json()["status"], hub.all(Ticket)) == (202, "kept", [])
    assert "no ticket" in api.get("/sales/PED-1001").json()["detail"]
    monkeypatch.undo()
    hub.pass_time(seconds=hub.settings.engine.lease_s + 1)
    assert hub.ticket.movement_key == "PED-1001"
    again = api.post("/sales", SALE)
    assert (again.status_code, again.json()["id"]) == (200, str(hub.ticket.id))


# ---- corrections, refunds, payments


def test_a_sale_is_corrected_before_its_invoice(hub, api):
    api.post("/sales", SALE)
    cheaper = {**SALE, "total": "580.00", "lines": [{"description": "Playera", "unit_price": "580.00"}], "payments": []}
    answer = api("PUT", "/sales/PED-1001", cheaper)
    assert (answer.status_code, answer.json()["total"], str(hub.ticket.total)) == (200, "580.00", "580.00")
    assert api("PUT", "/sales/PED-1001", SALE).json()["total"] == "1160.00"
    assert api("PUT", "/sales/PED-1001", cheaper).json()["total"] == "580.00"  # changed, changed back, and again
    assert len(hub.all(Ticket)) == 1


def test_a_correction_names_what_is_there(hub, api):
    assert api("PUT", "/sales/PED-1001", SALE).status_code == 404
    api.post("/sales", SALE)
    assert set(places(api("PUT", "/sales/PED-1001", {**SALE, "external_id": "7"}))) == {"/external_id"}
    assert api("PUT", "/sales/PED-1001", SALE, idempotency_key="k").status_code == 200
    other = {**SALE, "reference": "R"}
    assert api("PUT", "/sales/PED-1001", other, idempotency_key="k").status_code == 409
    assert hub.ticket.reference == "PED-1001"


def test_a_correction_after_the_invoice_is_for_a_person(hub, api):
    api.post("/sales", {**SALE, "buyer": BUYER})
    hub.work()
    more = {
        **SALE,
        "total": "1740.00",
        "lines": [{**SALE["lines"][0], "quantity": "3"}],
        "payments": [],
        "buyer": BUYER,
    }
    answer = api("PUT", "/sales/PED-1001", more)
    assert (answer.status_code, answer.json()["state"]) == (200, "invoiced")
    assert "1740.00" in answer.json()["next"]
    assert hub.cfdi_count == 1


def test_refunds_come_in_any_order_and_may_fail_afterwards(hub, api):
    answer = api.post("/refunds", REFUND)
    assert (answer.status_code, answer.json()) == (201, {"external_id": "DEV-1", "status": "kept", "why": ""})
    api.post("/sales", SALE)
    assert (str(hub.ticket.refunded), hub.ticket.state) == ("160.00", "open")
    api.post("/refunds", {**REFUND, "external_id": "DEV-2", "amount": "1000.00", "kind": "cancellation"})
    assert hub.ticket.state == "void"
    assert api(
        "PUT", "/refunds/DEV-2", {**REFUND, "external_id": "DEV-2", "amount": "1000.00", "status": "reversed"}
    ).is_success
    assert (str(hub.ticket.refunded), hub.ticket.state) == ("160.00", "open")
    assert sorted(row.kind for row in hub.all(RefundRow)) == ["cancellation", "refund"]


def test_a_payment_is_kept_with_its_forma_pago(hub, api):
    body = {**REFUND, "external_id": "PAG-1", "method": "transfer"}
    assert api.post("/payments", body).status_code == 201
    row = hub.only(PaymentRow)
    assert (row.payment_key, row.movement_key, row.forma_pago, row.amount) == ("PAG-1", "PED-1001", "03", Decimal(160))


def test_what_asks_for_nothing_is_kept_and_says_why(hub, api):
    answer = api.post("/sales", {**SALE, "occurred_at": "2025-12-31T10:00:00-06:00"})
    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert "before the start" in answer.json()["why"]
    assert hub.all(Ticket) == []


# ---- what is wrong


def test_everything_that_is_wrong_is_told_at_once_with_its_place_and_what_to_do(hub, api):
    answer = api.post(
        "/sales",
        {
            "external_id": 7,
            "occurred_at": "2026-11-20 11:52",
            "total": "1,160.00",
            "prices_include_tax": "True",
            "lines": [
                {"descripcion": "Playera", "unit_price": -1, "quantity": 0},
                {
                    "description": "Taza",
                    "unit_price": "1",
                    "taxes": [{"rate": "16"}, {"factor": "Exento", "rate": "0"}],
                },
            ],
            "buyer": {"nombre": "Ana", "rfc": None},
            "a/b~c": 1,
        },
    )
    found = places(answer)
    assert answer.status_code == 422
    assert set(found) == {
        "/external_id",
        "/occurred_at",
        "/total",
        "/prices_include_tax",
        "/lines/0/descripcion",
        "/lines/0/description",
        "/lines/0/unit_price",
        "/lines/0/quantity",
        "/lines/1/taxes/0/rate",
        "/lines/1/taxes/1/rate",
        "/buyer/nombre",
        "/a~1b~0c",
    }
    assert found["/lines/0/descripcion"].hint == "did you mean `description`?"
    assert found["/lines/0/description"].message == "is missing"
    assert found["/lines/0/quantity"].field == "lines[0].quantity"
    assert "0.16 for 16 %" in found["/lines/1/taxes/0/rate"].message
    assert answer.json()["type"] == "http://facturas.example/api/v1/docs#invalid-body"
    assert "1,160" not in answer.text
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"total": "1161.00", "payments": []}, "/total", "the difference is 1.00"),
        ({"payments": [{"method": "cash", "amount": "1"}]}, "/payments", "add up to 1"),
        ({"lines": []}, "/lines", "is missing"),
        ({"description": "Playera"}, "/lines", "not both"),
        ({"prices_include_tax": False}, "/lines/0/taxes", "prices are without tax"),
        ({"total": "1160.001", "payments": []}, "/total", "more than the 2 decimals"),
        ({"currency": "JPY", "total": "1160.50", "payments": []}, "/total", "more than the 0 decimals"),
        ({"lines": [{**SALE["lines"][0], "total": "1100.00"}]}, "/lines/0/total", "make 1160.00"),
        ({"lines": [{**SALE["lines"][0], "discount": "2000"}]}, "/lines/0/discount", "more than"),
        ({"external_id": "a\x00b"}, "/external_id", "control characters"),
        ({"external_id": "\ud800"}, "/external_id", "control characters"),
        ({"external_id": "a\nb"}, "/external_id", ""),
        ({"external_id": "x" * 151}, "/external_id", "150"),
        ({"buyer": {"name": "\x00"}}, "/buyer/name", "control characters"),
    ],
)
def test_what_does_not_add_up_is_refused_before_anything_is_kept(hub, api, change, place, said):
    answer = api.post("/sales", json.dumps({**SALE, **change}).encode())
    assert (answer.status_code, list(places(answer))) == (422, [place])
    assert said in places(answer)[place].message
    assert hub.all(InboxItem) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"total": 1, "total": 2}', "stands twice"),
        (b'{"total": NaN}', "not JSON"),
        (b'{"total": 1e99999999999999999999}', "not JSON"),
        (b'{"total": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a":' * 100_000, "too deep"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(hub, api, body, said):
    answer = api.post("/sales", body)
    assert (answer.status_code, hub.all(InboxItem)) == (400, [])
    assert said in answer.json()["detail"]


def test_numbers_in_json_are_exact(hub, api):
    raw = b'{"external_id": "N", "occurred_at": "2026-11-20T12:00:00Z", "total": 0.30, "lines": [{"description": "a", '
    raw += b'"unit_price": 0.1, "quantity": 3}]}'
    assert api.post("/sales", raw).status_code == 201
    assert (hub.ticket.total, hub.ticket.sale["lines"][0]["unit_price"]) == (Decimal("0.30"), "0.1")


def test_blanks_around_a_number_are_not_part_of_it(hub, api):
    assert api.post("/sales", {**SALE, "external_id": " PED-1001\n"}).json()["external_id"] == "PED-1001"
    assert [item.delivery_key for item in deliveries(hub)] == ["sale PED-1001"]
    assert api.get("/sales/PED-1001").status_code == 200


def test_a_body_has_a_limit_and_a_type(hub, api):
    assert api.post("/sales", b" " * MAX_BYTES).status_code == 400
    assert api.post("/sales", b" " * (MAX_BYTES + 1)).status_code == 413
    assert api.post("/sales", json.dumps(SALE).encode(), content_type="text/plain").status_code == 415
    assert api.post("/sales", SALE, idempotency_key="k" * 201).status_code == 400
    assert hub.all(InboxItem) == []


def test_a_database_that_is_gone_acknowledges_nothing_until_it_is_back(hub, api):
    with out_of_order(hub):
        answer = api.post("/sales", SALE)
        assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (503, "try-again")
    assert hub.all(InboxItem) == []
    assert api.post("/sales", SALE).status_code == 201


def test_the_trail_says_by_which_source_a_sale_came(hub, api):
    api.post("/sales", SALE)
    (begun,) = [event for event in hub.all(Event) if event.entity == "ticket" and not event.before]
    assert (begun.who, begun.why) == ("propio", "sold PED-1001")
