"""Whatever is sold, every cent that Shopify took is in exactly one line."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.shopify.config import ShopifyConfig
from connectors.shopify.source import ShopifySource
from connectors.shopify.testing import SHOP, FakeShopify
from connectors.shopify.testing_shapes import Item
from hub.plugin import Client, Http, exact_json

SOURCE = ShopifySource(ShopifyConfig(shop=SHOP, access_token="shpat_fake"))
money = st.decimals(Decimal("0.01"), Decimal(50000), places=2)


@st.composite
def items(draw):
    price, quantity = draw(money), draw(st.integers(1, 40))
    discount = draw(st.decimals(0, price * quantity - Decimal("0.01"), places=2))
    return Item("Cosa", str(price), quantity, str(discount), draw(st.sampled_from(["0.16", "0.08", "0", None])))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(items(), min_size=1, max_size=6),
    st.none() | st.builds(Item, st.just("Envío"), money.map(str), rate=st.sampled_from(["0.16", None])),
    st.just(Decimal(0)) | money,
    st.booleans(),
    st.sampled_from([("MXN", "1"), ("USD", "0.0543")]),
)
def test_an_order_adds_up_to_the_cent(sold, shipping, tip, included, presentment):
    minutes = count()
    fake = FakeShopify(clock=lambda: datetime(2026, 11, 3, tzinfo=UTC) + timedelta(minutes=next(minutes)))
    order = fake.sell(sold, shipping=shipping, tip=str(tip), included=included, presentment=presentment)
    transport = httpx.MockTransport(fake.handle)
    http = Http.of(Client(base_url="https://fake", auth=SOURCE.client().auth, transport=transport))
    (record,) = SOURCE.read(http, str(order["id"]))
    http.close()

    sale = SOURCE.to_sale(record)

    assert sale == SOURCE.to_sale(json.loads(exact_json(record), parse_float=Decimal))
    assert sale.total == Decimal(order["total_price"])
    for line in sale.lines:
        tax = sum((tax.amount for tax in line.taxes or ()), Decimal(0))
        stated = line.quantity * line.unit_price - line.discount
        assert stated + (0 if included else tax) == line.total
        assert all(each.base + each.amount == line.total for each in line.taxes or ())
