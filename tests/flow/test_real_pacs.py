"""A sale through the real PACs' own wire formats ends in exactly one stamp, whatever happens to the answers."""

from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points

import pytest

from hub.registry import Registry
from hub.store import Cfdi, Condition
from pac_providers.finkok.testing import FakeFinkok
from pac_providers.sw.testing import FakeSw
from tests.support.world import ISSUER, METADATA, world

GROUP = "hub.plugins"
POINTS = {point.name: point for point in entry_points(group=GROUP)} | {
    name: EntryPoint(name, f"pac_providers.{name}", GROUP) for name in ("finkok", "sw")
}
REGISTRY = Registry.load(POINTS.values())


@contextmanager
def finkok():
    fake = FakeFinkok(ISSUER["rfc"])
    with fake.serving() as url:
        yield (
            fake,
            {"use": "finkok", "username": fake.username, "password": fake.password, "url": url, "timeout_s": 2},
        )


@contextmanager
def sw():
    fake = FakeSw()
    with fake.serving() as url:
        addresses = {"url": url, "api_url": url, "status_url": url}
        yield fake, {"use": "sw", "user": fake.user, "password": fake.password, "timeout_s": 2, **addresses}


@pytest.fixture(params=[finkok, sw], ids=["finkok", "sw"])
def pac(request):
    with request.param() as made:
        yield made


@pytest.fixture
def fake(pac):
    return pac[0]


@pytest.fixture
def hub(tmp_path, pac):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=REGISTRY, pacs={"pruebas": pac[1]}) as made:
        yield made


def sell(hub):
    hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()


def uuids(fake):
    return [stamp.uuid.lower() for stamp in fake.sat.stamps]


def test_a_sale_becomes_an_invoice(hub, fake):
    sell(hub)
    assert (hub.cfdi.state, uuids(fake)) == ("stamped", [hub.cfdi.uuid])
    assert (hub.ticket.state, len(fake.writes)) == ("invoiced", 1)


@pytest.mark.parametrize("trouble", ["lose_answer", "error_after", "garbage", "slow"])
def test_a_stamp_whose_answer_was_lost_is_recovered_not_repeated(hub, fake, trouble):
    fake.misbehave(trouble)
    sell(hub)
    assert (hub.cfdi.state, len(fake.sat.stamps)) == ("in_doubt", 1)
    hub.pass_time(seconds=10)
    assert (hub.cfdi.state, uuids(fake)) == ("stamped", [hub.cfdi.uuid])
    assert hub.ticket.state == "invoiced"


def test_answers_lost_again_and_again_still_end_in_one_stamp(hub, fake):
    fake.misbehave("error_before", "lose_answer", "garbage", "error_after")
    fake.hides = 2
    sell(hub)
    for _ in range(12):
        hub.pass_time(minutes=6)
    assert (hub.cfdi.state, uuids(fake)) == ("stamped", [hub.cfdi.uuid])
    assert len({bytes(request.content) for request in fake.writes}) == 1


def test_a_pac_that_was_down_before_stamping_costs_time_only(hub, fake):
    fake.misbehave("error_before", times=3)
    sell(hub)
    for _ in range(8):
        hub.pass_time(minutes=6)
    assert (hub.cfdi.state, uuids(fake)) == ("stamped", [hub.cfdi.uuid])


def test_an_account_that_needs_a_person_is_told_once_and_goes_on_by_itself(hub, fake):
    account = fake.issuers if isinstance(fake, FakeFinkok) else vars(fake)
    name = ISSUER["rfc"] if isinstance(fake, FakeFinkok) else "stamps_left"
    account[name] = 0
    sell(hub)
    sell(hub)
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"sealed"}
    assert hub.only(Condition).subject == "pac pruebas"
    account[name] = 5
    hub.pass_time(minutes=11)
    assert {cfdi.state for cfdi in hub.all(Cfdi)} == {"stamped"}
    assert sorted(uuids(fake)) == sorted(cfdi.uuid for cfdi in hub.all(Cfdi))


def test_a_buyer_whose_postal_code_is_wrong_is_asked_again(hub, fake):
    words = "El domicilio fiscal del receptor no corresponde"
    if isinstance(fake, FakeFinkok):
        fake.refusals = [("CFDI40147", words, "")]
    else:
        fake.refusals = [(f"CFDI40147 - {words}", "")]
    sell(hub)
    assert (hub.cfdi.state, hub.cfdi.code, hub.ticket.state) == ("rejected", "CFDI40147", "open")
    assert fake.sat.stamps == []


@pytest.mark.parametrize("pac", [sw], indirect=True, ids=["sw"])
def test_a_token_that_expires_in_mid_work_is_renewed(hub, fake):
    sell(hub)
    fake.expire_tokens()
    sell(hub)
    assert sorted(uuids(fake)) == sorted(cfdi.uuid for cfdi in hub.all(Cfdi))
    assert (fake.logins, len(fake.sat.stamps)) == (2, 2)


@pytest.mark.parametrize("pac", [sw], ids=["sw"], indirect=True)
def test_a_refusal_of_what_may_have_been_stamped_frees_nobody(hub, fake):
    """SAT's lists change between two attempts; the sale must not be invoiced twice because of it."""
    fake.misbehave("lose_answer")
    sell(hub)
    fake.validates_first = True
    fake.refusals = [("CFDI40147 - El domicilio fiscal del receptor no corresponde", "")] * 100
    for _ in range(3):
        hub.pass_time(minutes=6)
        assert (hub.cfdi.state, hub.ticket.state, len(fake.sat.stamps)) == ("in_doubt", "claimed", 1)
        assert "(CFDI40147" in hub.cfdi.reason
    fake.refusals.clear()
    hub.pass_time(minutes=30)
    assert (hub.cfdi.state, uuids(fake), hub.ticket.state) == ("stamped", [hub.cfdi.uuid], "invoiced")
