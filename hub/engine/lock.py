"""Who may work on a database: one `hub run` alone, or any number of workers, webs and schedulers together."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, text, update
from sqlmodel import col

from hub.flow.context import Flow
from hub.flow.work import TABLES
from hub.plugin import ConfigError
from hub.store import Cfdi, PacCall, Store

ADVISORY_KEY = 4_002_026


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
    take = text(f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}(:key)")
    with store.engine.connect() as connection:
        if not connection.execute(take, {"key": ADVISORY_KEY}).scalar_one():
            raise _second(store.url.render_as_string(hide_password=True))
        connection.commit()
        yield


def _second(where: str) -> ConfigError:
    hint = "stop it first: `hub run` works alone; workers, webs and schedulers work together"
    return ConfigError(f"another hub is already running on {where}", hint=hint)
