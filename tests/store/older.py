"""Tables as the version before a migration made them, with what stands in them."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, text

from hub.store import Store


def back_to(store: Store, revision: str, folder: Path) -> None:
    """Take away what later migrations added, as if they had never been; what stands in the rest stays."""
    older = Store(f"sqlite:///{folder}/older.db")
    older.migrate(to=revision)
    before, now = MetaData(), MetaData()
    before.reflect(older.engine)
    older.close()
    now.reflect(store.engine)
    with store.engine.begin() as connection:
        now.drop_all(connection, [table for table in now.sorted_tables if table.name not in before.tables])
        for name, table in before.tables.items():
            _indexes(connection, table)
            for column in set(now.tables[name].columns.keys()) - set(table.columns.keys()):
                connection.execute(text(f'ALTER TABLE "{name}" DROP COLUMN "{column}"'))
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def _indexes(connection: Connection, table: Any) -> None:
    wanted = {index.name: index for index in table.indexes}
    there = {
        index["name"] for index in inspect(connection).get_indexes(table.name) if "duplicates_constraint" not in index
    }
    for name in there - wanted.keys():
        connection.execute(text(f'DROP INDEX "{name}"'))
    for name in wanted.keys() - there:
        wanted[name].create(connection)
