"""While every PAC is down a buyer gets a folio and a promise, and the promise is kept (message 23)."""

from datetime import date, datetime, timedelta

import pytest

from hub.flow.issuer_time import local
from hub.flow.portal_model import FiscalData, Stage
from tests.support.world import GOOD_BUYER, world


@pytest.fixture
def hub(tmp_path, database_url):
    pacs = {
        "issuers__tienda__pac": ["pruebas", "reserva"],
        "pacs__reserva": {"use": "sandbox", "data_dir": str(tmp_path / "reserva")},
        "issuers__tienda__invoicing": {"deadline": "days:2"},
    }
    with world(tmp_path, database_url, **pacs) as made:
        made.stripe.pay(116000, receipt_email="ana@cliente.example")
        made.poll()
        for name in ("pruebas", "reserva"):
            made.misbehave("unreachable", times=None, pac=name)
        yield made


def asked(hub, **changes):
    data = FiscalData(**{**GOOD_BUYER, "email": "compras@prueba.example", **changes})
    return hub.portal.invoice(hub.ticket.link, data)


def the_pacs_are_back(hub, **after):
    """So much later."""
    hub.clock.ahead += timedelta(**after)
    for name in ("pruebas", "reserva"):
        hub.behave(name)
        hub.misbehave("clock_offset", times=None, seconds=hub.clock.ahead.total_seconds(), pac=name)
    hub.work()


def today(hub) -> date:
    return local(hub.settings.issuers["tienda"], hub.flow.now()).date()


def test_a_request_while_every_pac_is_down_gets_a_folio_and_a_time(hub):
    shown = asked(hub)
    assert (shown.stage, shown.problems) == (Stage.WORKING, ())
    assert shown.promise.startswith("F-")
    assert isinstance(shown.promised_at, datetime)
    assert hub.cfdi.state == "sealed"
    again = hub.portal.open(hub.ticket.link)
    assert (again.stage, again.promise, again.promised_at) == (Stage.WORKING, shown.promise, shown.promised_at)


def test_the_promise_is_kept_after_the_deadline_and_after_sats_72_hours(hub):
    promise = asked(hub).promise
    the_pacs_are_back(hub, days=5)
    assert today(hub) > hub.ticket.deadline
    shown = hub.portal.open(hub.ticket.link)
    assert (shown.stage, shown.promise, shown.invoice.uuid) == (Stage.INVOICED, promise, hub.cfdi.uuid.upper())
    assert len(hub.stamps()) + len(hub.stamps("reserva")) == 1
    assert any(mail.recipients == ("compras@prueba.example",) for mail in hub.smtp.received)


def test_data_that_sat_refuses_after_the_wait_can_be_corrected_although_the_term_is_over(hub):
    before = hub.ticket.deadline
    asked(hub, nombre="OTRO NOMBRE")
    the_pacs_are_back(hub, days=5)
    assert hub.ticket.state == "open"
    assert hub.ticket.deadline == before + timedelta(days=5)
    assert hub.portal.open(hub.ticket.link).stage is Stage.CORRECT
    shown = hub.claim(hub.ticket.link)
    assert shown.stage is Stage.INVOICED


def test_a_request_after_the_deadline_was_never_promised_more_time(hub):
    the_pacs_are_back(hub, days=5)
    assert hub.portal.open(hub.ticket.link).stage is Stage.LATE
