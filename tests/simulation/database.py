"""The hub's own store, with the moments at which a database fails and the eye that sees every commit."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from hub.store import InboxItem, Letterbox, Store

Happens = Callable[[str], None]
"""Told of a moment in a transaction: may give the baton away, or raise."""


class SimulatedStore(Store):
    """Nothing else of the store is changed. On SQLite nobody else writes while a transaction writes, so within
    one there is nothing to interleave; before and after it there is."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.happens: Happens = lambda _: None

    @contextmanager
    def write(self) -> Iterator[Session]:
        self.happens("begin")
        with super().write() as session:
            yield session
            self.happens("commit")
        self.happens("committed")

    @contextmanager
    def read(self) -> Iterator[Session]:
        self.happens("look")
        with super().read() as session:
            yield session
        self.happens("looked")


class SimulatedLetterbox(Letterbox):
    """The hub's own, with the moments at which it fails."""

    def __init__(self, database: Path, happens: Happens) -> None:
        super().__init__(database)
        self._happens = happens

    def put(self, items: Sequence[InboxItem]) -> list[bool]:
        self._happens("letter")
        new = super().put(items)
        self._happens("letter put")
        return new

    def forget(self, numbers: Sequence[int]) -> None:
        self._happens("letters are in the inbox")
        super().forget(numbers)
        self._happens("letters forgotten")


def broken(words: str) -> OperationalError:
    """What SQLAlchemy raises when SQLite says this."""
    return OperationalError("simulated", None, sqlite3.OperationalError(words))


class Eye:
    """Looks at the committed rows, beside the hub's own connections."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.execute(sql, values).fetchall()

    def close(self) -> None:
        self._database.close()
