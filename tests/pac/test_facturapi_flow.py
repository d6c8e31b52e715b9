"""Over the whole hub, a sale at Facturapi ends in exactly one invoice, whatever a used key is answered."""

import pytest

from pac_providers.facturapi.testing import FakeFacturapi, error
from tests.support.pacs import registry_with_pac
from tests.support.world import METADATA, world

REGISTRY = registry_with_pac("facturapi")


@pytest.fixture
def pac():
    return FakeFacturapi()


@pytest.fixture
def hub(tmp_path, pac):
    with pac.serving() as url:
        account = {"secret_key": pac.secret_key, "rfc": "EKU9003173C9"}
        config = {"use": "facturapi", **account, "url": f"{url}/v2", "timeout_s": 0.5}
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=REGISTRY, pacs={"pruebas": config}) as made:
            yield made


@pytest.fixture
def sell(hub):
    def make():
        hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        hub.poll()

    return make


@pytest.mark.parametrize("replays", ["returns", "refuses", "conflicts"])
@pytest.mark.parametrize("trouble", ["lose_answer", "error_before"])
def test_a_lost_answer_and_a_list_that_lags_end_in_one_invoice(hub, pac, sell, trouble, replays):
    pac.misbehave(trouble)
    pac.replays, pac.lists_after = replays, 2
    sell()
    assert hub.cfdi.state == "in_doubt"
    for _ in range(6):
        hub.pass_time(minutes=20)
    assert (hub.cfdi.state, pac.stamps) == ("stamped", [hub.cfdi.uuid])
    assert hub.ticket.state == "invoiced"


def test_an_invoice_that_facturapis_own_pac_answers_late_is_waited_for(hub, pac, sell):
    pac.pending_for = 3
    sell()
    assert (hub.cfdi.state, len(pac.stamps)) == ("in_doubt", 1)
    for _ in range(6):
        hub.pass_time(minutes=20)
    assert (hub.cfdi.state, pac.stamps) == ("stamped", [hub.cfdi.uuid])
    assert len(pac.writes) == 1


def test_a_name_that_sat_does_not_know_asks_the_buyer_again(hub, pac, sell):
    details = [{"code": "legal_name_mismatch", "message": "No", "source": "facturapi", "path": "customer.legal_name"}]
    pac.refuse = (400, error(400, "invalid_request", "El nombre no coincide", details).json())
    sell()
    assert (hub.cfdi.state, hub.ticket.state) == ("rejected", "open")
    assert hub.ticket.problems[0]["field"] == "nombre"
