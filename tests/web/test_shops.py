"""WooCommerce, PrestaShop and Magento, from what the shop sold to one stamped CFDI of what was charged."""

from decimal import Decimal

import pytest

from connectors.magento.testing import FakeMagento
from connectors.magento.testing import Item as MagentoItem
from connectors.prestashop.testing import FakePrestaShop
from connectors.prestashop.testing import Item as PrestaShopItem
from connectors.woocommerce.testing import FakeWooCommerce
from connectors.woocommerce.testing import Item as WooCommerceItem
from hub.store import Cfdi, RefundRow, Ticket
from hub.web.app import make_app
from tests.support.world import world

BUYER = {"razon_social": "XENON INDUSTRIAL ARTICLES", "regimen_fiscal": "601", "uso_cfdi": "G03"}
RFC = "XIA190128J61"


class WooCommerce:
    use = "woocommerce"
    total = Decimal("340.32")  # 3 x 99.90 + 90.00, less 15 %, plus 9.07

    def __init__(self):
        self.fake = FakeWooCommerce()
        self.config = {"consumer_key": "ck_fake", "consumer_secret": "cs_fake", "webhook_secret": "woo-fake-secret"}

    def address(self, url):
        return {"shop_url": url}

    def sell(self):
        items = [WooCommerceItem("Taza", "99.90", 3), WooCommerceItem("Libro", "90.00", rate="0")]
        meta = {"_billing_rfc": RFC, "codigo_postal": "76343", **BUYER}
        return self.fake.sell(items, percent_off=15, shipping="9.07", meta=meta)


class PrestaShop:
    use = "prestashop"
    total = Decimal("358.77")  # 3 x 99.90 + 90.00, less 40.00, plus 9.07

    def __init__(self):
        self.fake = FakePrestaShop()
        self.config = {"webservice_key": "FAKEWSKEY", "fields": {name: f"address.{name}" for name in BUYER}}
        self.config["fields"]["nombre"] = self.config["fields"].pop("razon_social")

    def address(self, url):
        return {"shop_url": url}

    def sell(self):
        address = {"id": 31, "vat_number": RFC, "postcode": "76343", **BUYER}
        self.fake.put("addresses", address)
        items = [PrestaShopItem("Taza", "99.90", 3), PrestaShopItem("Pan", "90.00", rate="0.08")]
        return self.fake.sell(items, voucher="40.00", shipping="9.07")


class Magento:
    use = "magento"
    total = Decimal("374.07")  # 3 x 86.12 less 10 % (232.52 + 37.20), 87.38 less 10 % (78.64 + 6.29), 16.74 + 2.68

    def __init__(self):
        self.fake = FakeMagento()
        self.config = {"access_token": "fake-token", "public_key": self.fake.public_key}

    def address(self, url):
        return {"api_url": f"{url}/rest/V1"}

    def sell(self):
        items = [
            MagentoItem("Taza", "86.12", 3, percent_off=10),
            MagentoItem("Pan", "87.38", percent=8, percent_off=10),
        ]
        billing = {"vat_id": RFC, "postcode": "76343", "extension_attributes": BUYER}
        return self.fake.sell(items, shipping="16.74", billing_address=billing)


@pytest.fixture(params=[WooCommerce, PrestaShop, Magento], ids=["woocommerce", "prestashop", "magento"])
def shop(request):
    return request.param()


@pytest.fixture
def hub(shop, tmp_path, database_url):
    with shop.fake.serving() as url:
        source = {"use": shop.use, "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", **shop.address(url)}
        with world(tmp_path, database_url, sources__tienda_web={**source, **shop.config}) as made:
            yield made


def test_a_sale_that_is_read_twice_ends_in_one_cfdi_of_what_was_charged(shop, hub):
    shop.sell()
    hub.poll("tienda_web")
    hub.poll("tienda_web")

    ticket, cfdi = hub.only(Ticket), hub.only(Cfdi)
    assert (ticket.total, ticket.state) == (shop.total, "invoiced")
    assert (cfdi.total, cfdi.state) == (shop.total, "stamped")


def test_a_refund_that_comes_with_its_sale_lowers_it(shop, hub):
    shop.fake.refund(shop.sell(), "100.00")
    hub.poll("tienda_web")

    assert (hub.only(RefundRow).amount, hub.only(Ticket).total) == (100, shop.total)
    assert hub.only(Cfdi).total == shop.total - 100


@pytest.mark.parametrize("shop", [WooCommerce, Magento], indirect=True)
def test_webhooks_in_any_order_and_number_lead_to_one_cfdi(shop, hub, serve):
    url = f"{serve(make_app(hub.flow, lambda: True))}/webhooks/tienda_web"
    shop.sell()
    told = shop.fake.told

    assert {shop.fake.send(one, url) for one in [*reversed(told), *told]} == {200}
    hub.work()

    assert (hub.only(Ticket).state, hub.only(Cfdi).total) == ("invoiced", shop.total)
