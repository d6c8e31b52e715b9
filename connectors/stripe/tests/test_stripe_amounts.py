"""Whatever is sold, every cent that Stripe took is in exactly one line."""

import json
from decimal import Decimal

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item
from hub.plugin import Client, DataError, Http

SOURCE = StripeSource(StripeConfig(api_key="sk_test_fake"))


@st.composite
def items(draw):
    unit, quantity = draw(st.integers(1, 5_000_000)), draw(st.integers(1, 40))
    discount = draw(st.integers(0, unit * quantity - 1))
    iva = draw(st.sampled_from(["0.16", None]))
    return Item("Cosa", unit, quantity, discount, iva, inclusive=draw(st.booleans()))


def sale_of(fake, found):
    http = Http.of(
        Client(base_url="https://fake", auth=SOURCE.client().auth, transport=httpx.MockTransport(fake.handle))
    )
    (record,) = SOURCE.read(http, found["id"])
    stored = json.loads(json.dumps(record, default=str))
    assert SOURCE.to_sale(stored) == SOURCE.to_sale(record)
    return SOURCE.to_sale(record)


@settings(max_examples=60, deadline=None)
@given(st.lists(items(), min_size=1, max_size=6), st.just(0) | st.integers(100, 50_000), st.booleans())
def test_checkouts_and_invoices_add_up_to_the_cent(sold, shipping, invoiced):
    fake = FakeStripe()
    found = fake.invoice(sold) if invoiced else fake.checkout(sold, shipping=shipping)

    sale = sale_of(fake, found)

    assert sale.total == Decimal(found["total" if invoiced else "amount_total"]).scaleb(-2)
    for line in sale.lines:
        tax = sum((tax.amount for tax in line.taxes or ()), Decimal(0))
        stated = line.quantity * line.unit_price - line.discount + (0 if sale.prices_include_tax else tax)
        assert abs(stated - line.total) <= Decimal("0.0001")
        assert all(tax.base + tax.amount == line.total for tax in line.taxes or ())


@pytest.mark.parametrize("kind", ["refund", "dispute", "sale"])
def test_a_record_that_is_not_as_documented_is_a_data_error(kind):
    for record in ({}, {"object_kind": kind}, {"object_kind": kind, "id": "x", "invoice": 3, kind: {"status": None}}):
        with pytest.raises(DataError):
            SOURCE.to_sale(record)
