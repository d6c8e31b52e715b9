"""Over the whole hub, a sale at ATEB ends in exactly one stamp, or in a doubt that a person hears of."""

import pytest

from pac_providers.timbrado.testing import FakeAteb
from tests.support.pacs import registry_with_pac
from tests.support.world import METADATA, world

REGISTRY = registry_with_pac("timbrado")


@pytest.fixture
def pac():
    return FakeAteb()


@pytest.fixture
def make_hub(tmp_path, pac):
    with pac.serving() as url:

        def make(**changes):
            account = {"username": pac.username, "password": pac.password, "timeout_s": 0.5}
            services = {"stamp_url": f"{url}/stamp", "cancel_url": f"{url}/cancel", "recover_url": f"{url}/recover"}
            config = {"use": "timbrado", **account, **services, **changes}
            return world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=REGISTRY, pacs={"pruebas": config})

        yield make


def sell(hub):
    hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()


@pytest.mark.parametrize("trouble", ["lose_answer", "slow"])
def test_a_lost_answer_ends_in_one_stamp_whose_timbre_is_in_our_bytes(make_hub, pac, trouble):
    with make_hub() as hub:
        pac.misbehave(trouble)
        sell(hub)
        assert hub.cfdi.state == "in_doubt"
        hub.pass_time(seconds=10)
        assert (hub.cfdi.state, [stamp.uuid.lower() for stamp in pac.sat.stamps]) == ("stamped", [hub.cfdi.uuid])


def test_where_nobody_can_tell_the_doubt_stays_and_nothing_is_sent_again(make_hub, pac):
    with make_hub(recover_url=None) as hub:
        pac.misbehave("lose_answer")
        sell(hub)
        for _ in range(5):
            hub.pass_time(hours=5)
        assert (hub.cfdi.state, len(pac.sat.stamps), len(pac.writes)) == ("in_doubt", 1, 1)
        assert "ask ATEB" in hub.cfdi.reason
