"""Deliveries that are acknowledged and not yet in the inbox: a file beside an SQLite database (docs/adr/0017).

SQLite lets one writer in. A sender must not wait until a shop's past or a hundred documents are written: what it says
is committed here, by itself; whoever works on the database takes it over.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from .engine import BUSY_TIMEOUT_MS, Store
from .tables import InboxItem
from .types import json_text

CHECKPOINT_AFTER = 500
"""So many letters that left make it worth while to shorten the file's log."""
_SAFE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=0")
_TABLE = """
CREATE TABLE IF NOT EXISTS letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, delivery_key TEXT NOT NULL, received_at TEXT NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (source, delivery_key)
)"""
_PUT = """
INSERT INTO letter (source, delivery_key, received_at, headers, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_IS_IN_INBOX = "SELECT 1 FROM inbox WHERE source = ? AND kind = 'delivery' AND delivery_key = ?"
_OLDEST = "SELECT id, source, delivery_key, received_at, headers, body FROM letter ORDER BY id LIMIT ?"


def nobody(*_: object) -> None:
    """For who puts nothing in, or works himself."""


class Letterbox:
    """One for a process; opened when it is first used, never shared across a fork.

    Args:
        database: the SQLite file beside which it lies.
        told: called after something was put in.
    """

    def __init__(self, database: Path, told: Callable[[], None] = nobody) -> None:
        self._database = database
        self._told = told
        self._lock = threading.Lock()
        self._letters: sqlite3.Connection | None = None
        self._inbox: sqlite3.Connection | None = None
        self._left = 0

    @classmethod
    def beside(cls, store: Store, told: Callable[[], None] = nobody) -> "Letterbox | None":
        """The one of a database; PostgreSQL, where writers do not wait for one another, has none."""
        return cls(Path(str(store.url.database)), told) if store.is_sqlite else None

    def put(self, items: Sequence[InboxItem]) -> list[bool]:
        """Commit all that are neither here nor in the inbox; says of each whether it is new."""
        with self._writing() as letters:
            # Nothing can leave meanwhile, and what left before can be seen in the inbox.
            new = [not self._is_in_inbox(item) and letters.execute(_PUT, _letter(item)).rowcount == 1 for item in items]
        self._told()
        return new

    def oldest(self, most: int) -> dict[int, InboxItem]:
        """What has waited for longest, by its number here."""
        with self._lock:
            found = self._open_letters().execute(_OLDEST, [most]).fetchall()
        return {number: _item(*letter) for number, *letter in found}

    def forget(self, numbers: Sequence[int]) -> None:
        """They are in the inbox now."""
        with self._writing() as letters:
            letters.executemany("DELETE FROM letter WHERE id = ?", [[number] for number in numbers])
        self._left += len(numbers)
        if self._left >= CHECKPOINT_AFTER:
            self._checkpoint()

    def close(self) -> None:
        """Give the files back; they are opened again when they are needed."""
        with self._lock:
            for connection in (self._letters, self._inbox):
                if connection is not None:
                    connection.close()
            self._letters = self._inbox = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            letters = self._open_letters()
            letters.execute("BEGIN IMMEDIATE")
            try:
                yield letters
                letters.execute("COMMIT")
            except BaseException:
                if letters.in_transaction:
                    letters.execute("ROLLBACK")
                raise

    def _checkpoint(self) -> None:
        """Here and not where senders wait, whom it does not hold up."""
        with self._lock:
            self._open_letters().execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._left = 0

    def _open_letters(self) -> sqlite3.Connection:
        if self._letters is None:
            path = self._database.with_name(f"{self._database.name}-letters")
            self._letters = _opened(path, *_SAFE, _TABLE)
        return self._letters

    def _is_in_inbox(self, item: InboxItem) -> bool:
        if self._inbox is None:
            self._inbox = _opened(self._database)
        return self._inbox.execute(_IS_IN_INBOX, [item.source, item.delivery_key]).fetchone() is not None


def _opened(path: Path, *begin: str) -> sqlite3.Connection:
    made = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        for statement in begin:
            made.execute(statement)
    except sqlite3.Error:
        made.close()
        raise
    return made


def _letter(item: InboxItem) -> tuple[str, str, str, str, bytes]:
    return item.source, item.delivery_key, item.received_at.isoformat(), json_text(item.headers), item.body


def _item(source: str, delivery_key: str, received_at: str, headers: str, body: bytes) -> InboxItem:
    at = datetime.fromisoformat(received_at)
    return InboxItem(
        source=source,
        kind="delivery",
        delivery_key=delivery_key,
        received_at=at,
        headers=json.loads(headers),
        body=body,
        due_at=at,
    )
