"""Over the whole hub, a sale at Facturama ends in exactly one invoice, although its orders know no repetition."""

import pytest

from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama
from tests.support.pacs import registry_with_pac
from tests.support.world import METADATA, world

REGISTRY = registry_with_pac("facturama")


@pytest.fixture
def pac():
    return FakeFacturama()


@pytest.fixture
def hub(tmp_path, pac):
    with pac.serving() as url:
        config = {"use": "facturama", "user": USER, "password": PASSWORD, "url": url, "timeout_s": 0.5}
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=REGISTRY, pacs__pruebas=config) as made:
            yield made


@pytest.fixture
def sell(hub):
    def make():
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        hub.poll()

    return make


def test_a_sale_becomes_one_invoice_with_facturamas_seal(hub, pac, sell):
    sell()
    assert (hub.cfdi.state, hub.ticket.state) == ("stamped", "invoiced")
    assert pac.stamps == [hub.cfdi.uuid]


@pytest.mark.parametrize("trouble", ["lose_answer", "slow"])
def test_a_lost_answer_and_a_list_that_lags_end_in_one_invoice(hub, pac, sell, trouble):
    pac.misbehave(trouble)
    pac.lists_after = 3
    sell()
    assert (hub.cfdi.state, len(pac.stamps)) == ("in_doubt", 1)
    for _ in range(8):
        hub.pass_time(minutes=20)
    assert (hub.cfdi.state, pac.stamps) == ("stamped", [hub.cfdi.uuid])
    assert hub.ticket.state == "invoiced"


def test_an_order_that_never_arrived_stays_in_doubt_and_is_never_sent_again(hub, pac, sell):
    pac.misbehave("error_before")
    sell()
    for _ in range(6):
        hub.pass_time(hours=5)
    assert (hub.cfdi.state, hub.ticket.state, pac.stamps) == ("in_doubt", "claimed", [])
    assert len(pac.writes) == 1
    assert "proves nothing" in hub.cfdi.reason


def test_an_invoice_whose_xml_comes_late_is_fetched_not_repeated(hub, pac, sell):
    pac.shows_xml_after = 2
    sell()
    for _ in range(4):
        hub.pass_time(minutes=20)
    assert (hub.cfdi.state, pac.stamps) == ("stamped", [hub.cfdi.uuid])


def test_an_account_without_folios_waits_for_a_person_and_then_goes_on(hub, pac, sell):
    pac.folios = 0
    sell()
    assert (hub.cfdi.state, pac.stamps) == ("sealed", [])
    pac.folios = 10
    hub.pass_time(minutes=11)
    assert (hub.cfdi.state, pac.stamps) == ("stamped", [hub.cfdi.uuid])


def test_a_refusal_of_the_buyers_postal_code_asks_the_buyer_again(hub, pac, sell):
    pac.refuse = (400, {"Message": "CFDI40147 - El domicilio fiscal del receptor no corresponde"})
    sell()
    assert (hub.cfdi.state, hub.ticket.state, pac.stamps) == ("rejected", "open", [])
