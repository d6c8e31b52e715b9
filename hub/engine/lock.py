"""Who may work on a database: one `hub run` alone, or any number of workers, webs and schedulers together."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from hub.flow.context import Flow
from hub.flow.work import TABLES
from hub.plugin import ConfigError
from hub.store import Cfdi, PacCall, Store

log = structlog.get_logger()

ADVISORY_KEY = 4_002_026
KEEP_S = 5.0


@contextmanager
def only_daemon(store: Store, data_dir: Path) -> Iterator[None]:
    """Hold the lock as long as the daemon runs; the system lets go of it when the process dies.

    Raises:
        ConfigError: another daemon works on this database.
    """
    with _file_lock(data_dir) if store.is_sqlite else _advisory_lock(store):
        yield


@contextmanager
def among_others(store: Store) -> Iterator[None]:
    """Hold a share of PostgreSQL's lock: others like us may work, a `hub run` may not.

    Raises:
        ConfigError: a `hub run` works on this database alone.
    """
    with _advisory_lock(store, shared=True):
        yield


def release_leases(flow: Flow) -> None:
    """Whoever held them is gone, since we hold the lock: go on at once instead of after a lease."""
    now = flow.now()
    with flow.store.write() as session:
        for table in TABLES.values():
            session.execute(update(table).where(col(table.token).is_not(None)).values(token=None, due_at=now))
        session.execute(delete(PacCall))
        session.execute(update(Cfdi).where(col(Cfdi.queued_at).is_not(None)).values(due_at=now))


@contextmanager
def _file_lock(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "hub.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _second(str(data_dir)) from None
        yield


@contextmanager
def _advisory_lock(store: Store, *, shared: bool = False) -> Iterator[None]:
    connection = _taken(store, shared=shared)
    if connection is None:
        raise _second(store.url.render_as_string(hide_password=True))
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=[store, connection, over, shared], name="lock", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(KEEP_S)


def _taken(store: Store, *, shared: bool) -> Connection | None:
    take = text(f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}(:key)")
    with ExitStack() as stack:
        connection = stack.enter_context(store.engine.connect())
        if not connection.execute(take, {"key": ADVISORY_KEY}).scalar_one():
            return None
        connection.commit()
        stack.pop_all()
        return connection


def _keep(store: Store, connection: Connection | None, over: threading.Event, shared: bool) -> None:
    """The lock lives as long as its connection: when the server ended that, such as at its restart, take it again."""
    while not over.wait(KEEP_S):
        try:
            if connection is None:
                connection = _taken(store, shared=shared)
                log.warning("another hub works here too, stop it" if connection is None else "the lock is held again")
            else:
                connection.execute(text("SELECT 1"))
                connection.commit()
        except SQLAlchemyError:
            log.warning("the database ended the connection that holds the lock, it is taken again")
            if connection is not None:
                _end(connection)
                connection = None
    if connection is not None:
        _end(connection)


def _end(connection: Connection) -> None:
    connection.invalidate()  # given back to the pool it would stay open, and hold the lock
    connection.close()


def _second(where: str) -> ConfigError:
    hint = "stop it first: `hub run` works alone; workers, webs and schedulers work together"
    return ConfigError(f"another hub is already running on {where}", hint=hint)
