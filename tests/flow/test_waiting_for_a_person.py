"""What the hub cannot or must not decide waits, says why and what to do, and goes on when it is mended."""

import pytest
import yaml

from hub.config import load
from hub.flow.instances import Instances, plugin_configs
from hub.flow.release import release
from hub.flow.whereabouts import whereabouts
from hub.plugin import Objection, hookimpl
from hub.store import InboxItem, Ticket
from tests.support.plugins import registry_with
from tests.support.world import METADATA, REGISTRY, world

BUYER = {"metadata": METADATA}


def released(hub):
    with hub.flow.store.write() as session:
        release(hub.flow, session, session.merge(hub.ticket), who="operator")
    hub.work()


def test_a_currency_without_exchange_rate_waits(hub):
    hub.stripe.pay(11484, currency="usd", **BUYER)
    hub.poll()
    assert hub.ticket.state == "held"
    assert "exchange rate for USD" in hub.ticket.reason
    assert "exchange_rates" in whereabouts(hub.ticket, [])[1]


def test_a_currency_with_a_rate_is_invoiced_in_its_own(tmp_path, database_url):
    with world(tmp_path, database_url, issuers__tienda__exchange_rates={"USD": "18.5432"}) as hub:
        hub.stripe.pay(11484, currency="usd", **BUYER)
        hub.poll()
        assert (hub.ticket.state, hub.cfdi.currency, str(hub.cfdi.total)) == ("invoiced", "USD", "114.84")


def test_totals_above_the_limit_wait_and_go_on_when_released(tmp_path, database_url):
    with world(tmp_path, database_url, issuers__tienda__invoicing={"review_above": "50000 MXN"}) as hub:
        hub.stripe.pay(50_000_01, **BUYER)
        hub.poll()
        assert (hub.ticket.state, hub.cfdi_count) == ("held", 0)
        released(hub)
        assert hub.ticket.state == "invoiced"


def test_the_operator_hears_of_a_held_ticket_once(hub):
    hub.stripe.pay(11484, currency="usd", **BUYER)
    hub.poll()
    hub.pass_time(hours=3)
    told = [m for m in hub.smtp.received if m.recipients == ("operador@tienda.example",)]
    assert [message.subject for message in told] == [f"[hub] ticket {hub.ticket.id} needs you"]


def test_a_source_on_hold_takes_sales_in_and_invoices_nothing(tmp_path, database_url):
    with world(tmp_path, database_url, **{"sources__stripe-mx__invoice": "hold"}) as hub:
        hub.stripe.pay(116000, **BUYER)
        hub.poll()
        assert (hub.ticket.state, hub.cfdi_count) == ("held", 0)
        assert "invoice: hold" in hub.ticket.reason
        released(hub)
        assert hub.ticket.state == "invoiced"


def test_nothing_sold_before_the_start_becomes_a_ticket(tmp_path, database_url):
    with world(tmp_path, database_url, **{"sources__stripe-mx__start": "2099-01-01"}) as hub:
        hub.stripe.pay(116000, **BUYER)
        hub.deliver(hub.stripe.events("payment_intent.succeeded")[0])
        hub.work()
        assert hub.all(Ticket) == []


def test_known_buyers_are_asked_when_the_merchant_says_so(tmp_path, database_url):
    with world(tmp_path, database_url, issuers__tienda__invoicing={"known_buyers": "ask"}) as hub:
        hub.stripe.pay(116000, receipt_email="ana@cliente.example", **BUYER)
        hub.poll()
        assert hub.ticket.state == "open"
        assert "Factura tu compra" in hub.smtp.received[0].subject


def test_a_plugin_can_send_a_draft_to_a_person(tmp_path, database_url):
    @hookimpl
    def hub_review_draft(draft):
        return [Objection(f"{draft.total} looks odd")]

    with world(tmp_path, database_url, registry=registry_with(hub_review_draft=hub_review_draft)) as hub:
        hub.stripe.pay(116000, **BUYER)
        hub.poll()
        assert (hub.ticket.state, hub.ticket.reason) == ("held", "1160.00 looks odd")


def test_a_bad_record_is_set_aside_with_its_reason_and_the_others_go_on(hub):
    hub.stripe.pay(116000, **BUYER)
    broken = hub.stripe.pay(50000, **BUYER)
    hub.stripe.put({**broken, "currency": "pesos"})
    hub.poll()
    assert [ticket.state for ticket in hub.all(Ticket)] == ["invoiced"]
    aside = [item for item in hub.all(InboxItem) if item.state == "set_aside"]
    assert len(aside) == 1
    assert "currency" in aside[0].reason


@pytest.fixture
def edited(hub):
    """Write a changed configuration and go on with it, as a restart would."""

    def apply(change) -> None:
        path = hub.folder / "config.yaml"
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(raw)
        path.write_text(yaml.safe_dump(raw), encoding="utf-8")
        settings = load(path, plugins=plugin_configs(REGISTRY))
        hub.flow.instances.close()
        object.__setattr__(hub.flow, "settings", settings)
        object.__setattr__(hub.flow, "instances", Instances.of(settings, REGISTRY))

    return apply


def test_a_mended_configuration_and_a_release_finish_what_was_held(hub, edited):
    hub.stripe.pay(11484, currency="usd", **BUYER)
    hub.poll()
    edited(lambda raw: raw["issuers"]["tienda"].update(exchange_rates={"USD": "18.5"}))
    released(hub)
    assert hub.ticket.state == "invoiced"


def test_a_source_that_left_the_configuration_keeps_its_tickets_and_deliveries(hub, edited):
    hub.stripe.pay(116000, receipt_email="ana@cliente.example")
    hub.poll()
    hub.stripe.pay(50000)
    hub.deliver(hub.stripe.events("payment_intent.succeeded")[1])
    kept = len(hub.all(InboxItem))
    edited(lambda raw: raw.update(sources={}))
    hub.work()
    assert len(hub.all(InboxItem)) == kept
    waiting = next(item for item in hub.all(InboxItem) if item.state == "received")
    assert "no source stripe-mx" in waiting.reason


def test_a_start_moved_back_takes_in_what_was_passed_over_with_its_reason(hub, edited):
    edited(lambda raw: raw["sources"]["stripe-mx"].update(start="2099-01-01"))
    hub.stripe.pay(116000, **BUYER)
    event = hub.stripe.events("payment_intent.succeeded")[0]
    hub.deliver(event)
    hub.work()
    passed_over = next(item for item in hub.all(InboxItem) if item.kind == "record")
    assert (passed_over.state, passed_over.reason) == ("ignored", "sold before the start of stripe-mx")
    edited(lambda raw: raw["sources"]["stripe-mx"].update(start="2026-01-01"))
    hub.poll()
    assert hub.ticket.state == "invoiced"
