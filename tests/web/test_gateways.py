"""Mercado Pago, Conekta and OpenPay, from their notification over a real socket to one stamped CFDI."""

import httpx
import pytest

from connectors.conekta.testing import FakeConekta, Item
from connectors.mercadopago.testing import FakeMercadoPago
from connectors.openpay.testing import FakeOpenPay
from hub.store import Cfdi, InboxItem, RefundRow, Ticket
from hub.web.app import make_app
from tests.support.world import world

BUYER = {
    "rfc": "XIA190128J61",
    "razon_social": "XENON INDUSTRIAL ARTICLES",
    "regimen_fiscal": "601",
    "uso_cfdi": "G03",
    "codigo_postal": "76343",
}


class MercadoPago:
    def __init__(self):
        self.fake = FakeMercadoPago()
        self.config = {"access_token": "TEST-fake", "collector_id": "123456789", "webhook_secret": "fake-secret"}

    def sell(self):
        return self.fake.pay("116.00", metadata=BUYER)

    @property
    def told(self):
        return self.fake.notifications


class Conekta:
    def __init__(self):
        self.fake = FakeConekta()
        self.config = {"api_key": "key_fake", "live_mode": False, "public_key": self.fake.public_key}

    def sell(self):
        return self.fake.sell([Item("Taza", 10000)], metadata=BUYER)

    @property
    def told(self):
        return self.fake.events


class OpenPay:
    def __init__(self):
        self.fake = FakeOpenPay()
        self.config = {"merchant_id": "mfake", "private_key": "sk_fake", "webhook_password": "fake-password"}
        self.config["sandbox"] = True

    def sell(self):
        return self.fake.charge("116.00", {"method": "bank_account"}, metadata=BUYER)

    @property
    def told(self):
        return self.fake.notifications


@pytest.fixture(params=[MercadoPago, Conekta, OpenPay], ids=["mercadopago", "conekta", "openpay"])
def gateway(request):
    return request.param()


@pytest.fixture
def hub(gateway, tmp_path, database_url):
    use = type(gateway).__name__.lower()
    with gateway.fake.serving() as url:
        source = {"use": use, "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "api_url": url}
        with world(tmp_path, database_url, sources__pagos={**source, **gateway.config}) as made:
            yield made


@pytest.fixture
def url(hub, serve):
    return f"{serve(make_app(hub.flow, lambda: True))}/webhooks/pagos"


def test_however_often_it_is_told_a_sale_ends_in_one_cfdi(gateway, hub, url):
    gateway.sell()
    assert {gateway.fake.send(told, url) for told in [*gateway.told, *reversed(gateway.told)]} == {200}
    hub.work()

    ticket, cfdi = hub.only(Ticket), hub.only(Cfdi)
    assert (ticket.source, ticket.total, ticket.state) == ("pagos", 116, "invoiced")
    assert cfdi.state == "stamped"
    deliveries = [item for item in hub.all(InboxItem) if item.kind == "delivery"]
    assert len(deliveries) == len(gateway.told)


def test_a_refund_that_is_told_before_its_sale_lowers_it(gateway, hub, url):
    sold = gateway.sell()
    amount = 1600 if isinstance(gateway, Conekta) else "16.00"
    gateway.fake.refund(sold, amount)
    assert gateway.fake.send(gateway.told[-1], url) == 200
    hub.work()

    assert (hub.only(RefundRow).amount, hub.only(Ticket).total) == (16, 116)
    assert hub.only(Cfdi).total == 100


def test_what_no_webhook_told_is_read(gateway, hub):
    gateway.sell()
    hub.poll("pagos")

    assert hub.only(Ticket).state == "invoiced"


def test_a_notification_that_anybody_could_send_is_not_stored(gateway, hub, url):
    gateway.sell()
    body = gateway.fake.delivery(gateway.told[-1])[1]

    assert httpx.post(url, content=body, timeout=30).status_code == 401
    assert hub.all(InboxItem) == []
