"""Sessions: many may read, and on SQLite one thread at a time writes."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy import create_engine as _create_engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from hub.plugin import ConfigError, TransientError

from . import revisions, table_locks
from .one_writer import OneWriter
from .types import json_text

BUSY_TIMEOUT_MS = 30_000


class Store:
    """The database behind a URL.

    SQLite runs in WAL mode with `synchronous=FULL`; writers take `BEGIN IMMEDIATE` one behind the other (`OneWriter`).
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError:
            hint = "for example postgresql+psycopg://user:password@host/name"
            raise ConfigError("database.url is no address of a database", hint=hint) from None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self._one_writer = OneWriter(Path(str(self.url.database))) if self.is_sqlite else nullcontext()
        self._writing = self.engine.execution_options(hub_write=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that changes something: committed at the end, rolled back on any error."""
        with self._one_writer, Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only looks."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def migrate(self, *, to: str = "head") -> None:
        """Bring the tables to this version, or to an earlier migration (Alembic, forward only).

        Others may work on PostgreSQL's tables meanwhile: the change gives way to them and begins again.
        """
        if to == "head" and self.is_current():
            return
        for attempt in table_locks.attempts():
            with attempt, self._one_writer, self._connect() as connection:
                if not self.is_sqlite:
                    table_locks.give_up_soon(connection)
                self._upgrade(connection, to)

    @contextmanager
    def brought_to_light(self, table: str | None = None) -> Iterator[Session]:
        """Migrate a database that nobody works on, and do what the block does, in one transaction.

        `table` is the name under which Alembic's table was hidden until now.
        """
        with self._one_writer, self._connect() as connection:
            if table is not None:
                connection.execute(text(f"ALTER TABLE {table} RENAME TO alembic_version"))
            self._upgrade(connection, "head")
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()

    def _upgrade(self, connection: Connection, to: str) -> None:
        from alembic import command

        command.upgrade(self._alembic(connection), to)

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        return self.revision() == revisions.known()[-1]

    def is_newer(self) -> bool:
        """Whether the tables are of a version after this one, with which this one can still work.

        A migration only adds (docs/adr/0009), so whoever is one release behind finds all that it knows.
        """
        revision = self.revision()
        return bool(revision) and revision not in revisions.known()

    def revision(self) -> str:
        """Which migration was the last; empty before the first."""
        with self._connect() as connection:
            return revisions.of(connection)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if isinstance(self._one_writer, OneWriter):
            self._one_writer.close()

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise table_locks.in_use(error) or TransientError(
                f"the database {self.url.render_as_string(hide_password=True)} does not answer: {error.orig}",
                hint="check database.url, that the server runs and that the folder may be written",
            ) from error

    @staticmethod
    def _alembic(connection: Connection) -> Any:
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(revisions.FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        return config


def _sqlite(url: str) -> Engine:
    database = make_url(url).database
    if not database or database == ":memory:":
        raise ConfigError("database.url: SQLite needs a file", hint="for example sqlite:///data/hub.db")
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = _create_engine(
        url,
        connect_args={"check_same_thread": False},
        pool_size=24,
        max_overflow=16,
        hide_parameters=True,
        json_serializer=json_text,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin on its own, too late
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hub_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise ConfigError(f"database.url: {parsed.drivername} is not supported", hint="use sqlite:/// or postgresql://")
    try:
        return _create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=16,
            max_overflow=16,
            pool_pre_ping=True,
            hide_parameters=True,  # a buyer's data must not be quoted by errors
            json_serializer=json_text,
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            "database.url asks for PostgreSQL and its driver is not installed",
            hint="pip install 'autofactura-hub[postgresql]'",
        ) from error
