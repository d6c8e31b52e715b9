"""Procrastinate's tables beside ours. They hold no truth, so a new version of them simply replaces the old."""

from importlib.metadata import version

import psycopg
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from hub.plugin import ConfigError
from hub.store import Store

_OWN = """
CREATE INDEX hub_jobs_waiting ON procrastinate_jobs ((args->>'entity'), (args->>'entity_id')) WHERE status = 'todo';
CREATE TABLE IF NOT EXISTS hub_leader (name text PRIMARY KEY, holder text NOT NULL, until timestamptz NOT NULL);
"""
_DROP = """
DO $$
DECLARE found record;
BEGIN
  FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
    EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
  END LOOP;
  FOR found IN SELECT tablename AS name FROM pg_tables
      WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate\\_%' LOOP
    EXECUTE 'DROP TABLE ' || found.name || ' CASCADE';
  END LOOP;
  FOR found IN SELECT typname AS name FROM pg_type WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c')
      AND typnamespace = current_schema()::regnamespace LOOP
    EXECUTE 'DROP TYPE IF EXISTS ' || found.name || ' CASCADE';
  END LOOP;
END $$;
"""


def prepare(store: Store) -> None:
    """Make the tables, or replace those of another version of Procrastinate. One at a time, whoever asks."""
    with store.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('hub queue schema'))"))
        if _is_current(connection.connection.driver_connection):
            return
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        mark = f"COMMENT ON TABLE procrastinate_jobs IS '{_wanted()}'"
        for script in (_DROP, SchemaManager.get_schema(), _OWN, mark):
            raw.execute(script.encode(), prepare=False)


def must_be_prepared(store: Store) -> None:
    """Refuse to work on a database that has no queue, or one of another version.

    Raises:
        ConfigError: `hub db migrate` has not been run.
    """
    if store.is_sqlite:
        raise ConfigError(
            "several processes need PostgreSQL, and database.url is SQLite",
            hint="use `hub run`, or set database.url to a PostgreSQL server",
        )
    with store.engine.connect() as connection:
        if not _is_current(connection.connection.driver_connection):
            raise ConfigError("the database has no queue of this version", hint="run `hub db migrate`")


def _is_current(connection: object) -> bool:
    assert isinstance(connection, psycopg.Connection)
    row = connection.execute("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')").fetchone()
    return row is not None and row[0] == _wanted()


def _wanted() -> str:
    return f"procrastinate {version('procrastinate')}"
