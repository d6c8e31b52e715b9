"""SAT's catalogs in the hub's own form, made from what phpcfdi publishes, with dates and similar words.

One table `key(catalog, key, value, desde, hasta, words)`; `value` is JSON as `hub.sat.source.Row` describes it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from hub.sat.database import ReadOnly
from hub.sat.source import Row

NAME = "sat"
_SCHEMA = """
CREATE TABLE key(
  catalog TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  desde TEXT NOT NULL, hasta TEXT NOT NULL, words TEXT NOT NULL,
  PRIMARY KEY(catalog, key)
) WITHOUT ROWID;
"""


class Installed:
    """One edition that an operator installed. Raises sqlite3.DatabaseError if the file is none."""

    def __init__(self, path: Path) -> None:
        self._database = ReadOnly(path)
        self._catalogs = frozenset(name for (name,) in self._database.query("SELECT DISTINCT catalog FROM key"))
        self.row = lru_cache(8192)(self._row)

    def rows(self, catalog: str) -> Iterator[tuple[str, Row, str]]:
        """Every key of a catalog with SAT's similar words."""
        sql = "SELECT key, value, desde, hasta, words FROM key WHERE catalog = ?"
        for key, value, desde, hasta, words in self._database.query(sql, catalog):
            yield key, Row(json.loads(value), desde, hasta), words

    def keys(self, catalog: str, day: str) -> frozenset[str]:
        """The keys alone, which read much faster than the rows."""
        sql = "SELECT key FROM key WHERE catalog = ? AND desde <= ? AND (hasta = '' OR hasta >= ?)"
        return frozenset([key for (key,) in self._database.query(sql, catalog, day, day)])

    def has(self, catalog: str) -> bool:
        """Whether this edition holds the catalog."""
        return catalog in self._catalogs

    def _row(self, catalog: str, key: str) -> Row | None:
        sql = "SELECT value, desde, hasta FROM key WHERE catalog = ? AND key = ?"
        found = self._database.query(sql, catalog, key)
        return Row(json.loads(found[0][0]), *found[0][1:]) if found else None


def write(path: Path, rows: Iterable[tuple[str, str, Row, str]]) -> None:
    """Make the file from (catalog, key, row, similar words)."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO key VALUES (?, ?, ?, ?, ?, ?)",
            (
                (catalog, key, json.dumps(row.value, ensure_ascii=False), row.desde, row.hasta, words)
                for catalog, key, row, words in rows
            ),
        )
        connection.commit()
        connection.execute("VACUUM")
