"""Gateways, from their notification over a real socket to one stamped CFDI."""

from contextlib import nullcontext

import httpx
import pytest

from connectors.clip.testing import FakeClip
from connectors.conekta.testing import FakeConekta, Item
from connectors.mercadopago.testing import FakeMercadoPago
from connectors.openpay.testing import FakeOpenPay
from connectors.paypal.testing import FakePayPal
from connectors.retrypay.testing import FakeSender
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


class Gateway:
    told_by = "notifications"

    def address(self, url):
        return {"api_url": url}

    def serving(self):
        return self.fake.serving()

    def give_back(self, sold):
        """16.00 of it."""
        self.fake.refund(sold, "16.00")

    @property
    def told(self):
        return getattr(self.fake, self.told_by)


class MercadoPago(Gateway):
    def __init__(self):
        self.fake = FakeMercadoPago()
        self.config = {"access_token": "TEST-fake", "collector_id": "123456789", "webhook_secret": "fake-secret"}

    def sell(self):
        return self.fake.pay("116.00", metadata=BUYER)


class Conekta(Gateway):
    told_by = "events"

    def __init__(self):
        self.fake = FakeConekta()
        self.config = {"api_key": "key_fake", "live_mode": False, "public_key": self.fake.public_key}

    def sell(self):
        return self.fake.sell([Item("Taza", 10000)], metadata=BUYER)

    def give_back(self, sold):
        self.fake.refund(sold, 1600)


class OpenPay(Gateway):
    def __init__(self):
        self.fake = FakeOpenPay()
        self.config = {"merchant_id": "mfake", "private_key": "sk_fake", "webhook_password": "fake-password"}
        self.config["sandbox"] = True

    def sell(self):
        return self.fake.charge("116.00", {"method": "bank_account"}, metadata=BUYER)


class PayPal(Gateway):
    told_by = "events"

    def __init__(self):
        self.fake = FakePayPal()
        self.config = {"client_id": self.fake.client_id, "client_secret": "fake-secret", "sandbox": True}
        self.config["webhook_ids"] = [self.fake.webhook_id]

    def address(self, url):
        return {"api_url": url, "certificates_url": url}

    def sell(self):
        short = {
            "rfc": "rfc",
            "codigo_postal": "cp",
            "regimen_fiscal": "reg",
            "uso_cfdi": "uso",
            "razon_social": "nombre",
        }
        return self.fake.capture("116.00", custom_id=";".join(f"{short[name]}={told}" for name, told in BUYER.items()))


class Clip(Gateway):
    def __init__(self):
        self.fake = FakeClip()
        self.config = {"api_key": "fake-key", "api_secret": "fake-secret", "webhook_token": self.fake.webhook_token}
        self.config["test"] = True

    def sell(self):
        return self.fake.pay("116.00", metadata=BUYER)


class RetryPay(Gateway):
    told_by = "events"

    def __init__(self):
        self.fake = FakeSender()
        self.config = {"webhook_secret": self.fake.secret, "test": True}

    def address(self, url):
        return {}

    def serving(self):
        return nullcontext()  # nobody is ever asked

    def sell(self):
        line = {"description": "Taza", "quantity": "1", "unit_price": "116.00"}
        self.fake.sell("PED-1", [line], buyer=BUYER)

    def give_back(self, sold):
        self.fake.refund("DEV-1", "PED-1", "16.00")


GATEWAYS = [MercadoPago, Conekta, OpenPay, PayPal, Clip, RetryPay]


@pytest.fixture(params=GATEWAYS, ids=[one.__name__.lower() for one in GATEWAYS])
def gateway(request):
    return request.param()


@pytest.fixture
def hub(gateway, tmp_path, database_url):
    use = type(gateway).__name__.lower()
    with gateway.serving() as url:
        source = {"use": use, "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", **gateway.address(url)}
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
    gateway.give_back(sold)
    for told in reversed(gateway.told):
        assert gateway.fake.send(told, url) == 200
        hub.work()

    assert (hub.only(RefundRow).amount, hub.only(Ticket).total) == (16, 116)
    assert hub.only(Cfdi).total == 100


@pytest.mark.parametrize("gateway", [one for one in GATEWAYS if one is not RetryPay], indirect=True)
def test_what_no_webhook_told_is_read(gateway, hub):
    gateway.sell()
    hub.poll("pagos")

    # Clip's list does not say of which checkout a payment is, and only that knows the buyer.
    assert hub.only(Ticket).state == ("open" if isinstance(gateway, Clip) else "invoiced")


def test_a_notification_that_anybody_could_send_is_not_stored(gateway, hub, url):
    gateway.sell()
    body = gateway.fake.delivery(gateway.told[-1])[1]

    assert httpx.post(url, content=body, timeout=30).status_code == 401
    assert hub.all(InboxItem) == []
