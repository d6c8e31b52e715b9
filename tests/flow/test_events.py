"""Plugins hear what happened, after it is committed, in order, and cannot harm it."""

import threading
import time

from hub.flow.tell import tell_events
from hub.plugin import hookimpl
from hub.store import Condition, Event
from tests.support.plugins import registry_with
from tests.support.world import METADATA, world


def test_events_are_told_in_order_once_and_a_plugin_that_fails_changes_nothing(tmp_path, database_url):
    heard = []

    @hookimpl
    def hub_event(event):
        heard.append((event.kind, event.entity_id))
        if len(heard) == 2:
            raise ValueError("no")

    with world(tmp_path, database_url, registry=registry_with(hub_event=hub_event)) as hub:
        hub.stripe.pay(116000, metadata=METADATA)
        hub.poll()
        tell_events(hub.flow)
        tell_events(hub.flow)
        kinds = [kind for kind, _ in heard]
        assert [kind for kind in kinds if kind.startswith("ticket")] == [
            "ticket.open",
            "ticket.claimed",
            "ticket.invoiced",
        ]
        assert [kind for kind in kinds if kind.startswith("cfdi")] == ["cfdi.sealed", "cfdi.sending", "cfdi.stamped"]
        assert len(heard) == len(hub.all(Event))


def test_what_nobody_hears_is_marked_in_lots(tmp_path, database_url, monkeypatch):
    monkeypatch.setattr("hub.flow.tell.UNHEARD", 2)
    with world(tmp_path, database_url) as hub:
        hub.stripe.pay(116000, metadata=METADATA)
        hub.poll()
        assert len(hub.all(Event)) > 4
        tell_events(hub.flow)
        assert all(event.told for event in hub.all(Event))


def test_a_plugin_that_does_not_come_back_is_named_and_keeps_no_other_work_waiting(tmp_path, database_url, monkeypatch):
    monkeypatch.setattr("hub.flow.tell.PATIENCE_S", 0.2)
    go_on = threading.Event()

    @hookimpl
    def hub_event(event):
        go_on.wait(60)

    with world(tmp_path, database_url, registry=registry_with(hub_event=hub_event)) as hub:
        hub.stripe.pay(116000, metadata=METADATA)
        hub.poll()
        tell_events(hub.flow)
        assert all(event.told for event in hub.all(Event))
        (condition,) = [one for one in hub.all(Condition) if one.subject.startswith("hung events of ")]
        assert "of_a_test" in condition.subject
        assert "report it to the plugin's author" in condition.hint.lower()
        go_on.set()
        until = time.monotonic() + 60
        while [one for one in hub.all(Condition) if one.subject.startswith("hung events of ")]:
            assert time.monotonic() < until
            hub.stripe.pay(116000, metadata=METADATA)
            hub.poll()
            tell_events(hub.flow)
