"""Refunds in whatever order and state: nothing is invoiced that went back, nothing is lost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.cfdi import read
from hub.flow.reconcile import Finding, reconcile
from hub.flow.refunds import net_of_refunds
from hub.plugin import Line, Sale, Tax
from hub.store import CfdiXml, RefundRow
from tests.support.world import METADATA

BUYER = {"metadata": METADATA, "receipt_email": "ana@cliente.example"}


def today(hub):
    return hub.flow.now().date()


def findings(hub):
    report = reconcile(hub.flow, "tienda", today(hub).replace(day=1), today(hub))
    return [(difference.finding, difference.amount) for difference in report.differences]


def test_a_sale_refunded_in_full_before_its_invoice_is_void(hub):
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.stripe.refund(intent)
    hub.poll()
    assert (hub.ticket.state, hub.cfdi_count) == ("void", 0)


def test_a_refund_that_arrives_before_its_sale_waits_for_it(hub):
    intent = hub.stripe.pay(116000, quiet=True, receipt_email="ana@cliente.example")
    refund = hub.stripe.refund(intent)
    hub.deliver(hub.stripe.events("refund.created")[0])
    hub.work()
    assert hub.only(RefundRow).refund_key == refund["id"]
    hub.poll()
    assert hub.ticket.state == "void"


def test_a_partial_refund_before_the_invoice_lowers_it_to_what_was_finally_paid(hub):
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.stripe.refund(intent, 20000)
    hub.poll()
    assert (hub.ticket.state, hub.ticket.refunded) == ("open", Decimal("200.00"))
    hub.claim(hub.ticket.link)
    document = read(hub.only(CfdiXml).stamped)
    assert (document.total, document.descuento) == (Decimal("960.00"), Decimal("172.41"))
    assert findings(hub) == []


def test_a_refund_after_the_invoice_is_a_difference_for_a_person(hub):
    intent = hub.stripe.pay(116000, **BUYER)
    hub.poll()
    hub.stripe.refund(intent, 20000)
    hub.poll()
    assert hub.ticket.state == "invoiced"
    assert findings(hub) == [(Finding.REFUNDED_BUT_INVOICED, Decimal("200.00"))]


def test_a_refund_that_failed_later_counts_no_more(hub):
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    refund = hub.stripe.refund(intent)
    hub.poll()
    assert hub.ticket.state == "void"
    hub.stripe.refund_fails(refund)
    for event in hub.stripe.events("refund.failed"):
        hub.deliver(event)
    hub.work()
    assert (hub.ticket.state, hub.ticket.refunded) == ("open", Decimal("0.00"))


cents = st.integers(1, 5_000_00).map(lambda n: Decimal(n).scaleb(-2))
lines = st.lists(st.tuples(cents, st.sampled_from(["0.16", "0.08", "0", None])), min_size=1, max_size=5)


@given(lines=lines, share=st.fractions(0, 1), included=st.booleans())
def test_what_remains_after_a_refund_adds_up_to_the_cent(lines, share, included):
    sold = tuple(_line(total, rate, included) for total, rate in lines)
    total = sum((line.total for line in sold), Decimal(0))
    sale = Sale(
        id="s", sold_at="2026-11-20T18:00:00Z", currency="MXN", total=total, lines=sold, prices_include_tax=included
    )
    refunded = (total * share.numerator / share.denominator).quantize(Decimal("0.01"))
    if refunded >= total:
        return
    left = net_of_refunds(sale, refunded)
    assert left.total == total - refunded == sum(line.total for line in left.lines)
    assert all(line.total > 0 and line.discount >= 0 for line in left.lines)


def _line(total, rate, included):
    taxes = () if rate is None else (Tax(rate=rate),)
    net = total if included else (total / (1 + Decimal(rate or 0))).quantize(Decimal("0.000001"))
    return Line(description="x", unit_price=net, total=total, taxes=taxes)


def test_a_refund_while_the_csd_is_missing_voids_what_was_only_claimed(hub, monkeypatch):
    intent = hub.stripe.pay(116000, **BUYER)
    with monkeypatch.context() as no_csd:
        no_csd.setattr("hub.flow.ticket.invoice", lambda *_: None)
        hub.poll()
    assert hub.ticket.state == "claimed"
    hub.stripe.refund(intent)
    hub.poll()
    hub.pass_time(minutes=10)
    assert (hub.ticket.state, hub.cfdi_count) == ("void", 0)
