"""SAT's catalogs as the package `satcfdi` ships them: always there, without dates. Nothing else knows its layout.

Tables are called `C756_c_<catalog>`; keys and values are pickles (protocol 4) of strings, lists and numbers.
"""

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hub.sat.source import Row

_SINCE = {"04": "2022-10-07", "05": "2023-12-06", "06": "2024-12-13", "07": "2024-12-13", "08": "2024-12-13"}
"""First day of the keys that c_ObjetoImp gained after 1 January 2022; SAT's catalog gives these dates."""


class Shipped:
    """The edition inside `satcfdi`."""

    def row(self, catalog: str, key: str) -> Row | None:
        """One key, with the dates that are known from elsewhere."""
        return _row(catalog, key)

    def rows(self, catalog: str) -> Iterator[tuple[str, Row, str]]:
        """Every key; `satcfdi` has no similar words."""
        found = _query(f'SELECT key, value FROM "C756_c_{catalog}"')  # noqa: S608 - own constant names
        for key, value in found:
            name = pickle.loads(key)  # noqa: S301 - package data
            yield name, Row(pickle.loads(value), _since(catalog, name)), ""  # noqa: S301 - package data

    def keys(self, catalog: str, day: str) -> frozenset[str]:
        """The keys alone, which read much faster than the rows."""
        found = _query(f'SELECT key FROM "C756_c_{catalog}"')  # noqa: S608 - own constant names
        names = [pickle.loads(key) for (key,) in found]  # noqa: S301 - package data
        return frozenset([name for name in names if _since(catalog, name) <= day])

    def has(self, catalog: str) -> bool:
        """Whether CFDI 4.0's schema declares the catalog."""
        return f"C756_c_{catalog}" in _tables()


@cache
def _tables() -> frozenset[str]:
    return frozenset(name for (name,) in _query("SELECT name FROM sqlite_master WHERE type = 'table'"))


@lru_cache(8192)
def _row(catalog: str, key: str) -> Row | None:
    sql = f'SELECT value FROM "C756_c_{catalog}" WHERE key = ?'  # noqa: S608 - own constant names
    found = next(_query(sql, pickle.dumps(key, protocol=4)), None)
    return Row(pickle.loads(found[0]), _since(catalog, key)) if found else None  # noqa: S301 - package data


def _since(catalog: str, key: str) -> str:
    return _SINCE.get(key, "") if catalog == "ObjetoImp" else ""


@cache
def directory() -> Path:
    """Where the package lives; raises RuntimeError if it is not installed."""
    spec = find_spec("satcfdi")
    if spec is None or spec.origin is None:
        raise RuntimeError("SAT's catalogs come with the package satcfdi, which is not installed: pip install satcfdi")
    return Path(spec.origin).parent


def _query(sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
    # A connection for each query: answers are cached, and SQLite connections must not cross threads. Row by row: a
    # hundred thousand postcodes at once would hold up all other threads.
    uri = (directory() / "catalogs" / "catalogs.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        yield from connection.execute(sql, parameters)
