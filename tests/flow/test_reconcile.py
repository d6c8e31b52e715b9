"""The reconciliation lists every difference with its sale, and nothing when all is well."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from hub.engine.scheduler import last_night
from hub.flow.reconcile import Finding, reconcile
from hub.store import CfdiTicket, JobRun
from tests.support.world import METADATA

BUYER = {"metadata": METADATA}


@pytest.fixture
def report(hub):
    def make():
        today = hub.flow.now().date()
        return reconcile(hub.flow, "tienda", today - timedelta(days=1), today + timedelta(days=1))

    return make


def found(report):
    return [(d.finding, d.sale) for d in report.differences]


def test_when_all_is_invoiced_there_is_nothing_to_say(hub, report):
    for amount in (100, 94500, 116000):
        hub.stripe.pay(amount, **BUYER)
    hub.poll()
    assert found(report()) == []
    totals = report().totals["MXN"]
    assert (totals.sales, totals.cfdis) == (3, 3)
    assert totals.sold == totals.invoiced == Decimal("2106.00")


def test_each_sale_without_invoice_is_listed_with_its_reason_and_what_happens_next(hub, report):
    hub.stripe.pay(100, metadata={"order_id": "NADIE"})
    hub.stripe.pay(200, metadata={"order_id": "CORREO"}, receipt_email="ana@cliente.example")
    hub.stripe.pay(300, currency="usd", metadata={**METADATA, "order_id": "DOLARES"})
    hub.poll()
    told = {d.sale: (d.finding, d.why, d.next) for d in report().differences}
    assert {finding for finding, _, _ in told.values()} == {Finding.NOT_INVOICED}
    assert "no address" in told["NADIE"][1]
    assert "its link works until" in told["CORREO"][1]
    assert "exchange rate" in told["DOLARES"][1]
    assert "hub tickets release" in told["DOLARES"][2]


def test_a_record_that_could_not_be_used_is_money_without_a_sale(hub, report):
    broken = hub.stripe.pay(50000, **BUYER)
    hub.stripe.put({**broken, "currency": "pesos"})
    hub.poll()
    ((finding, _),) = found(report())
    assert finding == Finding.PAID_BUT_NO_SALE


def test_a_refund_without_its_sale_is_listed(hub, report):
    intent = hub.stripe.pay(116000, quiet=True)
    hub.stripe.refund(intent)
    hub.deliver(hub.stripe.events("refund.created")[0])
    hub.work()
    ((finding, sale),) = found(report())
    assert finding == Finding.PAID_BUT_NO_SALE
    assert sale.startswith("re_")


def test_an_amount_that_differs_is_found_whoever_changed_it(hub, report):
    hub.stripe.pay(116000, **BUYER)
    hub.poll()
    with hub.flow.store.write() as session:
        session.merge(hub.cfdi).total = Decimal("1159.99")
    assert found(report()) == [(Finding.AMOUNT_DIFFERS, hub.ticket.reference)]


def test_a_sale_changed_at_its_source_after_the_invoice_is_found(hub, report):
    intent = hub.stripe.pay(116000, **BUYER)
    hub.poll()
    hub.stripe.put({**intent, "amount": 120000, "amount_received": 120000})
    hub.stripe.put({**hub.stripe.store.of("charge")[0], "amount": 120000, "amount_captured": 120000})
    hub.poll()
    assert found(report()) == [(Finding.CHANGED_AFTER_INVOICE, hub.ticket.reference)]
    assert len(hub.stamps()) == 1


def test_a_second_live_invoice_would_be_found_even_if_the_constraint_were_gone(hub, report):
    hub.stripe.pay(116000, **BUYER)
    hub.stripe.pay(116000, **BUYER)
    hub.poll()
    first, second = hub.all(CfdiTicket)
    with hub.flow.store.write() as session:
        session.execute(text("DROP INDEX uq_one_live_cfdi"))
        session.add(CfdiTicket(cfdi_id=second.cfdi_id, ticket_id=first.ticket_id))
    assert Finding.INVOICED_TWICE in [finding for finding, _ in found(report())]


def test_the_night_compares_once_and_tells_only_what_needs_a_person(hub):
    hub.stripe.pay(100, metadata={"order_id": "NADIE"})
    intent = hub.stripe.pay(116000, **BUYER)
    hub.poll()
    hub.stripe.refund(intent)
    hub.poll()
    hub.clock.ahead = timedelta(days=1)
    last_night(hub.flow, "tienda")
    last_night(hub.flow, "tienda")
    hub.work()
    run = hub.only(JobRun)
    assert len(run.result["differences"]) == 2
    (told,) = [m for m in hub.smtp.received if "reconcile" in m.subject]
    assert "refunded but invoiced" in told.text
    assert "NADIE" not in told.text
