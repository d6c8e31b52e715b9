"""The same sale at Shopify and at Stripe, over HTTP, ends in one stamped CFDI."""

from decimal import Decimal

import pytest

from connectors.shopify.testing import SHOP, FakeShopify
from connectors.shopify.testing_shapes import Item
from hub.cfdi import read
from hub.store import CfdiXml, RefundRow, Ticket
from tests.support.world import METADATA, world


@pytest.fixture
def shopify():
    return FakeShopify()


@pytest.fixture
def hub(tmp_path, database_url, shopify):
    with shopify.serving() as url:
        shop = {
            "use": "shopify",
            "issuer": "tienda",
            "every": "1 hour",
            "start": "2020-01-01",
            "shop": SHOP,
            "access_token": "shpat_fake",
            "client_secret": "shpss_tests",
            "api_url": url,
            "authorization_code": True,
            "paid_through": ["stripe-mx"],
        }
        with world(tmp_path, database_url, sources__shopify=shop) as made:
            yield made


@pytest.mark.parametrize("order", [("shopify", "stripe-mx"), ("stripe-mx", "shopify")])
def test_one_sale_in_two_systems_is_one_stamped_cfdi(hub, shopify, order):
    intent = hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    told = shopify.order([Item("Lámpara", "1160.00")], attributes=METADATA)
    shopify.pay(told, gateway="stripe", authorization=intent["id"])
    for source in (*order, *order):
        hub.poll(source)
    ticket = hub.only(Ticket)
    assert (ticket.state, ticket.source, ticket.reference) == ("invoiced", "shopify", told["name"])
    document = read(hub.only(CfdiXml).stamped)
    assert (document.total, document.conceptos[0].descripcion) == (Decimal("1160.00"), "Lámpara")
    assert hub.stamps() == [hub.cfdi.uuid]


def test_a_refund_in_both_systems_is_deducted_once(hub, shopify):
    intent = hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    told = shopify.order([Item("Lámpara", "1160.00")])
    shopify.pay(told, gateway="stripe", authorization=intent["id"])
    hub.poll("stripe-mx")
    hub.poll("shopify")
    hub.stripe.refund(intent, 20000)
    shopify.refund(told, "200.00")
    hub.poll("shopify")
    hub.poll("stripe-mx")
    assert (len(hub.all(RefundRow)), hub.ticket.refunded) == (2, Decimal("200.00"))
    hub.claim(hub.ticket.link)
    assert read(hub.only(CfdiXml).stamped).total == Decimal("960.00")
