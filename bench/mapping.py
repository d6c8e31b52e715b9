"""How many records of a shop become sales in a second, on one core: an order or an invoice of ten lines.

The records are made by the fakes, no two alike. As in the hub, each is parsed right before it is mapped; only `to_sale`
is measured, in CPU time of this process.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from statistics import median
from time import process_time

import httpx

from bench.registry import Figure, benchmark
from connectors.shopify.config import ShopifyConfig
from connectors.shopify.source import ShopifySource
from connectors.shopify.testing import SHOP, FakeShopify
from connectors.shopify.testing_shapes import Item as ShopifyItem
from connectors.stripe.config import StripeConfig
from connectors.stripe.source import StripeSource
from connectors.stripe.testing import FakeStripe
from connectors.stripe.testing_objects import Item as StripeItem
from hub.flow.intake import raw_bytes, stored_record
from hub.plugin import Http, Movement, Sale, Source

RECORDS, ROUNDS, LINES = 300, 15, 10
RFC = "URE180429TM6"


@benchmark("map.shopify_per_s")
def shopify() -> Figure:
    """A paid order with discounts, shipping and the buyer's RFC."""
    fake = FakeShopify(clock=_a_minute_later())
    source = ShopifySource(ShopifyConfig(shop=SHOP, access_token="shpat_fake"))
    orders = [
        fake.sell(
            [
                ShopifyItem(f"Artículo {number}", f"{price}.50", pieces, sku=f"SKU-{number}", discount=f"{pieces}.00")
                for number, price, pieces in _sold(each)
            ],
            shipping=ShopifyItem("Envío", "99.00"),
            attributes={"RFC": RFC, "Régimen fiscal": "601", "Uso CFDI": "G03", "CP fiscal": "86991"},
        )
        for each in range(RECORDS)
    ]
    return _figure(source, fake.handle, [str(order["id"]) for order in orders], "Shopify order of 10 lines")


@benchmark("map.stripe_per_s")
def stripe() -> Figure:
    """A paid invoice with discounts."""
    fake = FakeStripe()
    source = StripeSource(StripeConfig(api_key="sk_test_fake"))
    invoices = [
        fake.invoice(
            [
                StripeItem(f"Artículo {number}", price * 100 + 50, pieces, discount=pieces * 100)
                for number, price, pieces in _sold(each)
            ]
        )
        for each in range(RECORDS)
    ]
    return _figure(source, fake.handle, [invoice["id"] for invoice in invoices], "Stripe invoice of 10 lines")


def _a_minute_later() -> Callable[[], datetime]:
    # A shop where time stands still would run out of cost points.
    minutes = count()
    return lambda: datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(minutes=next(minutes))


def _sold(seed: int) -> list[tuple[int, int, int]]:
    random = Random(seed)
    return [(random.randint(1, 99_999), random.randint(10, 3_000), random.randint(1, 6)) for _ in range(LINES)]


def _figure(
    source: Source, handle: Callable[[httpx.Request], httpx.Response], identifiers: Sequence[str], of: str
) -> Figure:
    http = Http.of(replace(source.client(), transport=httpx.MockTransport(handle)))
    bodies = [raw_bytes(record) for each in identifiers for record in source.read(http, each)]
    http.close()
    _require_sales([source.to_sale(stored_record(body)) for body in bodies])
    rate = median(_rate(source, bodies) for _ in range(ROUNDS))
    return Figure(round(rate), "sales/s", f"to_sale of a {of}, one core")


def _require_sales(found: list[Movement]) -> None:
    assert len(found) == RECORDS
    assert all(isinstance(sale, Sale) and len(sale.lines) >= LINES for sale in found)


def _rate(source: Source, bodies: Sequence[bytes]) -> float:
    spent = 0.0
    for body in bodies:
        record = stored_record(body)
        start = process_time()
        source.to_sale(record)
        spent += process_time() - start
    return len(bodies) / spent
