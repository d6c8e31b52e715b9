"""What is due is found with one question, and it is what a plain look at each table finds."""

from datetime import timedelta

import pytest

from hub.engine.advance import STEPS
from hub.engine.due import DueRow, due_rows
from hub.store import InboxItem, SourceState
from tests.support.world import METADATA, world


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url) as made:
        yield made


def found(hub, *, most=10, not_rows=None, not_of=None):
    with hub.flow.store.read() as session:
        rows = due_rows(
            session, hub.flow.now(), dict.fromkeys(STEPS, most), not_rows=not_rows or {}, not_of=not_of or {}
        )
    assert list(rows) == list(STEPS)
    return {entity: due for entity, due in rows.items() if due}


def put(hub, key, *, ago_s, source="a"):
    now = hub.flow.now()
    with hub.flow.store.write() as session:
        item = InboxItem(source=source, kind="record", delivery_key=key, received_at=now, body=b"{}")
        item.due_at = now - timedelta(seconds=ago_s)
        session.add(item)
        session.flush()
        return item.id


def test_nothing_is_due_in_an_empty_database(hub):
    assert found(hub) == {}


def test_what_has_been_due_for_longest_comes_first_and_the_future_not_at_all(hub):
    late, later, latest = put(hub, "x", ago_s=10), put(hub, "y", ago_s=30), put(hub, "z", ago_s=20)
    put(hub, "tomorrow", ago_s=-86400)
    assert [row.id for row in found(hub)["inbox"]] == [later, latest, late]
    assert [row.id for row in found(hub, most=2)["inbox"]] == [later, latest]


def test_rows_and_plugins_that_hang_are_left_out_and_leave_their_room_to_others(hub):
    hung, other = put(hub, "x", ago_s=30), put(hub, "y", ago_s=20)
    of_b, last = put(hub, "z", ago_s=25, source="b"), put(hub, "w", ago_s=10)
    assert [row.id for row in found(hub, most=2, not_rows={"inbox": [hung]})["inbox"]] == [of_b, other]
    left = found(hub, most=2, not_rows={"inbox": [hung]}, not_of={"inbox": ["b"]})
    assert [row.id for row in left["inbox"]] == [other, last]
    assert found(hub, not_of={"inbox": ["a", "b"], "source": ["a"]}) == {}


def test_kinds_are_told_apart_and_those_that_go_together_say_their_state(hub):
    step = STEPS.pop("ticket")
    try:
        hub.stripe.pay(116000, metadata=METADATA)
        hub.poll()
    finally:
        STEPS["ticket"] = step
    assert found(hub) == {"ticket": [DueRow(hub.ticket.id, "open")]}
    with hub.flow.store.write() as session:
        session.get_one(SourceState, 1).due_at = hub.flow.now()
    assert found(hub) == {"ticket": [DueRow(hub.ticket.id, "open")], "source": [DueRow(1, "")]}
