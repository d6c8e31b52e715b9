"""Plugins hear what happened, after it is committed, in order, and cannot harm it."""

from hub.flow.tell import tell_events
from hub.plugin import hookimpl
from hub.store import Event
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
