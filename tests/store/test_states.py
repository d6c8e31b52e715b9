"""States change in one place, only as allowed, and never without a trace."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from hub.store import Cfdi, CfdiState, Delivery, DeliveryState, Event, InboxItem, InboxState, Store, Ticket, TicketState
from hub.store.states import (
    CFDI_CHANGES,
    DELIVERY_CHANGES,
    INBOX_CHANGES,
    LIVE_CFDI,
    TICKET_CHANGES,
    ForbiddenChangeError,
    move_cfdi,
    move_delivery,
    move_inbox,
    move_ticket,
)

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
MACHINES = [
    (TicketState, TICKET_CHANGES, Ticket, lambda s, row, to: move_ticket(s, row, to, at=NOW, why="w", who="x")),
    (CfdiState, CFDI_CHANGES, Cfdi, lambda s, row, to: move_cfdi(s, row, to, at=NOW, why="w", who="x")),
    (DeliveryState, DELIVERY_CHANGES, Delivery, lambda s, row, to: move_delivery(s, row, to, at=NOW, why="w")),
    (InboxState, INBOX_CHANGES, InboxItem, lambda s, row, to: move_inbox(s, row, to, at=NOW, why="w")),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('states')}/hub.db")
    made.migrate()
    yield made
    made.close()


@pytest.mark.parametrize(("states", "changes", "table", "move"), MACHINES, ids=lambda v: getattr(v, "__name__", ""))
def test_every_state_is_in_its_table_and_leads_only_to_states(states, changes, table, move):
    assert set(changes) == set(states)
    assert all(set(to) <= set(states) for to in changes.values())


@given(data=st.data())
def test_any_walk_takes_only_allowed_steps_and_each_leaves_one_event(store, data):
    states, changes, table, move = data.draw(st.sampled_from(MACHINES))
    row = table(id=1, state=data.draw(st.sampled_from(list(states))))
    with store.read() as session:
        made = 0
        for to in data.draw(st.lists(st.sampled_from(list(states)), max_size=6)):
            before = row.state
            if to in changes[before]:
                move(session, row, to)
                made += 1
                assert row.state == to
            else:
                with pytest.raises(ForbiddenChangeError):
                    move(session, row, to)
                assert row.state == before
        events = [new for new in session.new if isinstance(new, Event)]
        assert len(events) == made
        session.expunge_all()


def test_a_stamped_cfdi_never_goes_back_to_being_sent():
    assert not CFDI_CHANGES[CfdiState.STAMPED] & {CfdiState.SEALED, CfdiState.SENDING, CfdiState.IN_DOUBT}
    assert CFDI_CHANGES[CfdiState.REJECTED] == frozenset()


def test_a_document_in_doubt_holds_its_ticket():
    assert {CfdiState.IN_DOUBT, CfdiState.SENDING, CfdiState.STAMPED} <= LIVE_CFDI


def test_the_trail_says_who_when_from_to_and_why(store):
    with store.write() as session:
        item = InboxItem(source="s", kind="delivery", delivery_key="k", received_at=NOW, body=b"")
        session.add(item)
        session.flush()
        move_inbox(session, item, InboxState.SET_ASIDE, at=NOW, why="no total")
    with store.read() as session:
        event = session.exec(select(Event)).one()
    assert (event.entity, event.entity_id, event.before, event.after) == ("inbox", item.id, "received", "set_aside")
    assert (event.who, event.why, event.at) == ("hub", "no total", NOW)
