"""Tables are changed while somebody works on them: the change gives way, and comes through when they let go."""

import pytest
from sqlalchemy import text

from hub.plugin import TransientError
from hub.store import Store, table_locks
from tests.conftest import BOTH
from tests.support.future import FUTURE, migrate_to_the_future

pytestmark = pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)


@pytest.fixture
def store(database_url):
    made = Store(database_url)
    made.migrate()
    yield made
    made.close()


def asks_for(store, table):
    """Whether anybody waits for a table that somebody else holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:table AS regclass)")
    with store.engine.connect() as connection:
        return connection.execute(waiting, {"table": table}).scalar_one() > 0


def test_of_two_that_wait_for_each_other_the_migration_gives_way(store, tmp_path):
    """It has the first table and wants the last one; a worker has the last one and wants the first."""
    with store.engine.begin() as worker:
        worker.execute(text("SELECT 1 FROM event"))
        migration = migrate_to_the_future(store.url.render_as_string(hide_password=False), tmp_path)
        while not asks_for(store, "event"):
            assert migration.poll() is None
        worker.execute(text("SELECT 1 FROM inbox"))
        assert store.revision() != FUTURE
    assert migration.wait() == 0
    assert store.revision() == FUTURE


def test_who_never_lets_go_is_spoken_of(store, monkeypatch):
    monkeypatch.setattr(table_locks, "PATIENCE_S", 0.1)
    with store.engine.begin() as holder:
        holder.execute(text("LOCK TABLE alembic_version"))
        with pytest.raises(TransientError, match="others work on the tables") as refused:
            store.migrate(to="0001")
    assert "pg_stat_activity" in refused.value.hint
