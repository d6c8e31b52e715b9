"""Two versions work side by side over one migration: what is new is only added (docs/adr/0009)."""

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, MetaData, insert, select, update

from hub.store import Cfdi, Store, Ticket
from tests.store.expand_only import complaints_of
from tests.store.older import back_to
from tests.support.future import FUTURE, migrate_to_the_future
from tests.support.process import hub
from tests.support.world import METADATA, world

SINCE = "0003"
"""Nobody ran a version before this one beside another."""


def migrations() -> list[Any]:
    config = Config()
    config.set_main_option("script_location", "hub:store/migrations")
    every = sorted(ScriptDirectory.from_config(config).walk_revisions(), key=lambda one: one.revision)
    return [one for one in every if one.revision >= SINCE]


@pytest.fixture
def store(database_url):
    made = Store(database_url)
    yield made
    made.close()


@pytest.mark.parametrize("migration", migrations(), ids=lambda one: one.revision)
def test_a_migration_only_adds(migration):
    assert complaints_of(migration.module) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda op: op.drop_column("cfdi", "code"),
        lambda op: op.drop_table("tries"),
        lambda op: op.rename_table("tries", "attempts"),
        lambda op: op.alter_column("cfdi", "code", nullable=False),
        lambda op: op.alter_column("cfdi", "code", new_column_name="sat_code"),
        lambda op: op.execute("UPDATE cfdi SET code = ''"),
        lambda op: op.add_column("cfdi", sa.Column("colour", sa.String(), nullable=False)),
        lambda op: op.create_index("uq", "cfdi", ["code"], unique=True),
        lambda op: op.create_unique_constraint("uq", "cfdi", ["code"]),
        lambda op: op.create_foreign_key("fk", "cfdi", "ticket", ["id"], ["id"]),
    ],
)
def test_what_an_older_version_stumbles_over_is_seen(wrong):
    migration = ModuleType("wrong")
    migration.op = None
    migration.upgrade = lambda: wrong(migration.op)
    assert len(complaints_of(migration)) == 1


def test_a_batch_of_changes_is_seen_too():
    migration = ModuleType("wrong")
    migration.op = None

    def upgrade():
        with migration.op.batch_alter_table("cfdi") as batch:
            batch.add_column(sa.Column("colour", sa.String(), nullable=True))
            batch.drop_column("code")

    migration.upgrade = upgrade
    assert len(complaints_of(migration)) == 1


@pytest.mark.parametrize("migration", migrations(), ids=lambda one: one.revision)
def test_the_statements_of_the_version_before_work_on_the_new_tables(store, migration):
    """Every column that it knew is written, read and changed; what is new it does not name."""
    store.migrate(to=migration.down_revision)
    old = MetaData()
    old.reflect(store.engine)
    store.migrate(to=migration.revision)
    with store.engine.begin() as connection:
        for table in old.sorted_tables:
            if table.name == "alembic_version":
                continue
            row = {column.name: value_for(column) for column in table.columns}
            connection.execute(insert(table).values(**row))
            assert len(connection.execute(select(table)).all()) == 1
            connection.execute(update(table).values(**row))


@pytest.mark.parametrize("migration", migrations(), ids=lambda one: one.revision)
def test_what_the_version_before_left_half_done_is_finished_by_the_new_code(tmp_path, database_url, migration):
    """Its tables with its rows: an invoice, a sale that nobody claimed, deliveries taken and not looked at."""
    with world(tmp_path, database_url) as hub:
        for metadata in (METADATA, {}, METADATA, METADATA):
            hub.stripe.pay(116000, metadata=metadata)
        done, unclaimed, *waiting = hub.stripe.events("payment_intent.succeeded")
        for event in (done, unclaimed):
            hub.deliver(event)
        hub.work()
        known = hub.stamps()
        for event in waiting:
            hub.deliver(event)
        back_to(hub.flow.store, migration.down_revision, tmp_path)
        assert hub.flow.store.revision() == migration.down_revision
        hub.flow.store.migrate()
        hub.deliver(done)
        hub.work()
        assert sorted(ticket.state for ticket in hub.all(Ticket)) == ["invoiced", "invoiced", "invoiced", "open"]
        assert len(hub.stamps()) == 3
        assert hub.stamps()[: len(known)] == known
        assert sorted(hub.stamps()) == sorted(cfdi.uuid for cfdi in hub.all(Cfdi))


def value_for(column: Any) -> Any:
    """Something that fits; rows that belong together have the number 1."""
    match column.type:
        case sa.Boolean():
            return True
        case sa.Integer() | sa.Numeric():
            return 1
        case sa.DateTime():
            return datetime(2026, 11, 1, tzinfo=UTC) if column.type.timezone else datetime(2026, 11, 1)
        case sa.Date():
            return datetime(2026, 11, 1).date()
        case LargeBinary():
            return b"1"
        case sa.JSON():
            return {}
    return "1"


def test_the_new_code_refuses_the_tables_of_the_version_before(store):
    store.migrate(to=migrations()[-1].down_revision)
    assert (store.is_current(), store.is_newer()) == (False, False)
    store.migrate()
    assert (store.is_current(), store.is_newer()) == (True, False)


def test_the_version_before_goes_on_with_the_new_tables(store, tmp_path):
    store.migrate()
    done = migrate_to_the_future(store.url.render_as_string(hide_password=False), tmp_path)
    assert done.wait() == 0
    assert (store.is_current(), store.is_newer(), store.revision()) == (False, True, FUTURE)


def test_the_tables_of_a_newer_version_are_not_migrated(store, tmp_path):
    url = store.url.render_as_string(hide_password=False)
    store.migrate()
    assert migrate_to_the_future(url, tmp_path).wait() == 0
    (tmp_path / "config.yaml").write_text(f"version: 1\ndatabase: {{url: '{url}'}}\n", encoding="utf-8")
    refused = hub(tmp_path, "db", "migrate")
    assert (refused.returncode, "of a newer version" in refused.stderr) == (2, True)
    shown = hub(tmp_path, "db", "restored", "--json")
    assert (shown.returncode, shown.stdout.strip()) == (0, "[]"), shown.stderr
