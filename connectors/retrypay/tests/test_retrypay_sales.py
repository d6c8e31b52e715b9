import base64
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.retrypay.config import RetryPayConfig
from connectors.retrypay.source import RetryPaySource
from connectors.retrypay.testing import SECRET, FakeSender
from hub.plugin import Client, ConfigError, DataError, Http, RawRequest, SignatureError

D = Decimal
AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
OTHER = "whsec_" + base64.b64encode(b"another-secret-of-a-fake-sender!").decode()
SOURCE = RetryPaySource(RetryPayConfig(webhook_secret=SECRET))
LINE = {"description": "Mesa", "quantity": "1", "unit_price": "116.00"}


def sold(source=SOURCE, **fields):
    sender = FakeSender(clock=lambda: AT)
    event = sender.sell("PED-1", fields.pop("lines", [LINE]), **fields)
    (record,) = source.changed(RawRequest(*sender.delivery(event), AT))
    return source.to_sale(record)


def test_without_taxes_they_are_unknown_and_an_empty_list_is_none():
    assert sold().lines[0].taxes is None
    assert sold(lines=[{**LINE, "taxes": []}]).lines[0].taxes == ()


def test_a_tax_that_is_withheld_lowers_what_was_paid():
    taxes = [
        {"type": "IVA", "rate": "0.16", "amount": "16.00"},
        {"type": "ISR", "rate": "0.0125", "amount": "1.25", "withheld": True},
    ]
    line = {"description": "Flete", "quantity": "1", "unit_price": "100.00", "taxes": taxes}

    assert sold(lines=[line], total="114.75", prices_include_tax=False).total == D("114.75")


def test_a_line_may_be_exempt():
    line = {**LINE, "taxes": [{"type": "IVA", "factor": "Exento"}]}

    assert sold(lines=[line]).lines[0].taxes[0].rate is None


@pytest.mark.parametrize(
    ("payments", "code"),
    [
        ([{"method": "cash", "amount": "1"}, {"method": "transfer", "amount": "2"}], "03"),
        ([{"method": "card", "card_funding": "debit", "amount": 1}], "28"),
        ([{"method": "card", "amount": 1}], None),
        ([{"method": "wallet", "amount": 1}], "06"),
        ([{"method": "cash", "amount": 1, "forma_pago": "31"}], "31"),
        ([], None),
    ],
)
def test_how_it_was_paid(payments, code):
    source = RetryPaySource(RetryPayConfig(webhook_secret=SECRET, formas_pago={"wallet": "06"}))

    assert sold(source, payments=payments).forma_pago == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": "115.99"},
        {"total": "116.001"},
        {"total": True},
        {"currency": "pesos"},
        {"occurred_at": "2026-11-20T17:52:31"},
        {"occurred_at": None},
        {"prices_include_tax": "false"},
        {"lines": [{**LINE, "quantity": "0"}]},
        {"lines": [{**LINE, "unit_price": "-1.00"}, {**LINE, "unit_price": "117.00"}]},
        {"lines": [{**LINE, "unit_price": "1.1234567"}]},
        {"lines": [{**LINE, "taxes": [{"type": "VAT", "rate": "0.16", "amount": "16"}]}]},
        {"buyer": "Ana"},
    ],
)
def test_what_is_wrong_is_set_aside_with_what_to_do(wrong):
    with pytest.raises(DataError, match="PED-1") as caught:
        sold(**wrong)
    assert "webhook-id" in caught.value.hint


@pytest.mark.parametrize("amount", ["0", "-10.00", "mucho"])
def test_a_refund_gives_something_back(amount):
    sender = FakeSender(clock=lambda: AT)
    (record,) = SOURCE.changed(RawRequest(*sender.delivery(sender.refund("DEV-1", "PED-1", amount)), AT))

    with pytest.raises(DataError, match=r"amount|refund"):
        SOURCE.to_sale(record)


@pytest.mark.parametrize("data", [None, [], {}, {"external_id": ""}, {"external_id": ["PED-1"]}])
def test_a_sale_without_an_id_is_set_aside(data):
    sender = FakeSender(clock=lambda: AT)

    with pytest.raises(DataError, match="external_id"):
        SOURCE.changed(RawRequest(*sender.delivery(sender.tell("sale.paid", data)), AT))


def test_a_secret_is_replaced_while_both_are_good():
    sender = FakeSender(clock=lambda: AT)
    event = sender.sell("PED-1", [LINE])
    both = RetryPaySource(RetryPayConfig(webhook_secret=OTHER, webhook_secrets=[SECRET]))
    only_new = RetryPaySource(RetryPayConfig(webhook_secret=OTHER))

    both.verify(RawRequest(*sender.delivery(event), AT))
    only_new.verify(RawRequest(*sender.delivery(event, secrets=[SECRET, OTHER]), AT))
    with pytest.raises(SignatureError):
        only_new.verify(RawRequest(*sender.delivery(event), AT))


def test_check_sees_a_secret_that_is_none():
    http = Http.of(Client())
    assert SOURCE.check(http) == "1 signing secret(s) can be used; sales come by webhook only"

    with pytest.raises(ConfigError, match="base64"):
        RetryPaySource(RetryPayConfig(webhook_secret="whsec_not base64")).check(http)
    http.close()


@given(st.integers(1, 10**6), st.integers(0, 10**9), st.booleans())
def test_any_amount_is_exact(quantity, cents, as_number):
    price = D(cents) / 100
    line = {"description": "x", "quantity": quantity, "unit_price": price if as_number else str(price)}

    assert sold(lines=[line], total=str(quantity * price)).total == quantity * price


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.text(), st.none(), st.lists(st.integers())))
def test_anything_else_is_an_amount_or_set_aside(total):
    record = {
        "object_kind": "sale.paid",
        "id": "PED-1",
        "data": {"currency": "MXN", "occurred_at": AT.isoformat(), "total": total, "lines": [LINE]},
    }
    try:
        assert SOURCE.to_sale(record).total == D("116.00")
    except DataError:
        return
