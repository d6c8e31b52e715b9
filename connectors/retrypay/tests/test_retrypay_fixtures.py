"""Each case of the wire, and what it must become."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.retrypay.config import RetryPayConfig
from connectors.retrypay.source import RetryPaySource
from hub.plugin import DataError, Ignored, RawRequest, Refund, Sale, SignatureError

FIXTURES = Path(__file__).with_name("fixtures")
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
CASES = {path.stem: json.loads(path.read_text()) for path in FIXTURES.glob("*.json")}
SOURCE = RetryPaySource(RetryPayConfig(webhook_secret="whsec_cmV0cnlwYXktZml4dHVyZS1zaWduaW5nLXNlY3JldCE=", test=True))


def cases(outcome):
    return sorted(name for name, case in CASES.items() if case["outcome"] == outcome)


def delivery(name):
    sent = CASES[name]["delivery"]
    return RawRequest(sent["headers"], sent["body"].encode(), AT)


def movement(name):
    request = delivery(name)
    SOURCE.verify(request)
    (record,) = SOURCE.changed(request)
    return SOURCE.to_sale(record)


def test_every_case_has_its_test():
    judged = {"sale", "refund", "duplicate", "conflict", "ignored", "rejected"}
    assert {case["outcome"] for case in CASES.values()} == judged
    assert len(CASES) == 10


@pytest.mark.parametrize("name", cases("sale"))
def test_a_sale(name):
    expected = CASES[name]["sale"]

    sale = movement(name)

    assert isinstance(sale, Sale)
    told = (sale.id, sale.currency, sale.forma_pago, sale.total)
    wanted = [expected[one] for one in ("external_id", "currency", "forma_pago")]
    assert told == (*wanted, Decimal(expected["total"]))
    assert len(sale.lines) == expected["line_count"]
    assert sum(line.discount for line in sale.lines) == Decimal(expected["discount_total"])
    assert sum(tax.amount for line in sale.lines for tax in line.taxes) == Decimal(expected["tax_total"])
    buyer = sale.buyer
    fiscal = (buyer.rfc, buyer.nombre, buyer.codigo_postal, buyer.regimen_fiscal, buyer.uso_cfdi)
    assert fiscal == tuple(expected.get(f"buyer_{one}") for one in ("rfc", "name", "zip", "regimen", "uso_cfdi"))
    assert sale.live is False


@pytest.mark.parametrize("name", cases("refund"))
def test_a_refund(name):
    expected = CASES[name]["refund"]

    refund = movement(name)

    assert isinstance(refund, Refund)
    assert (refund.id, refund.sale_id) == (expected["external_id"], expected["sale_external_id"])
    assert (refund.currency, refund.amount) == (expected["currency"], Decimal(expected["amount"]))
    sold = movement("paid_sale_mxn" if expected["full"] else "sale_tax_discount")
    assert sold.id == refund.sale_id
    assert (refund.amount == sold.total) is expected["full"]


def test_another_attempt_has_the_key_of_the_first():
    again = delivery("duplicate_delivery")
    SOURCE.verify(again)

    assert SOURCE.delivery_key(again) == SOURCE.delivery_key(delivery("paid_sale_mxn"))
    assert movement("duplicate_delivery") == movement("paid_sale_mxn")


def test_another_content_under_the_same_id_is_a_delivery_of_its_own_that_does_not_add_up():
    assert SOURCE.delivery_key(delivery("conflict_same_id")) != SOURCE.delivery_key(delivery("paid_sale_mxn"))
    with pytest.raises(DataError, match=r"PED-1001: .*the sale charged 999\.00"):
        movement("conflict_same_id")


def test_another_type_is_ignored():
    assert SOURCE.changed(delivery("unsupported_event")) == Ignored("quote.created is not handled")


def test_a_wrong_signature_is_refused():
    assert CASES["bad_signature"]["status"] == SOURCE.refusal_status
    with pytest.raises(SignatureError, match="does not match"):
        SOURCE.verify(delivery("bad_signature"))


def test_an_old_signature_is_refused():
    old = RawRequest(delivery("paid_sale_mxn").headers, delivery("paid_sale_mxn").body, AT + timedelta(seconds=301))

    with pytest.raises(SignatureError, match="old"):
        SOURCE.verify(old)


def test_a_spoilt_body_is_refused_as_unreadable():
    assert CASES["malformed"]["status"] == 400
    SOURCE.verify(delivery("malformed"))

    with pytest.raises(DataError, match="JSON"):
        SOURCE.delivery_key(delivery("malformed"))
