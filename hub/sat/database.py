"""A read-only SQLite file that many threads ask, and that may be renamed or deleted meanwhile."""

import sqlite3
import threading
import weakref
from pathlib import Path
from typing import Any


class ReadOnly:
    """One open file. It keeps reading what it opened, whatever becomes of the path."""

    def __init__(self, path: Path) -> None:
        uri = path.absolute().as_uri() + "?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        weakref.finalize(self, self._connection.close)

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """All rows of a query; raises sqlite3.DatabaseError for a damaged file."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()
