"""What the PAC remembers, in its own SQLite file that threads and processes share."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .create_once import create_once

_SCHEMA = """
CREATE TABLE stamp (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, uuid TEXT NOT NULL UNIQUE, stamped_at TEXT NOT NULL,
    tipo TEXT NOT NULL, rfc_emisor TEXT NOT NULL, rfc_receptor TEXT NOT NULL, total TEXT NOT NULL, sello TEXT NOT NULL,
    xml BLOB NOT NULL);
CREATE TABLE relation (child TEXT NOT NULL, tipo TEXT NOT NULL, parent TEXT NOT NULL);
CREATE INDEX relation_parent ON relation (parent);
CREATE TABLE cancellation (
    uuid TEXT PRIMARY KEY, motivo TEXT NOT NULL, sustitucion TEXT NOT NULL, requested_at TEXT NOT NULL,
    outcome TEXT NOT NULL);
CREATE TABLE behaviour (name TEXT PRIMARY KEY, times_left INTEGER, seconds REAL NOT NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
# Apart, because folders made before there were issuers lack it.
_ISSUERS = """CREATE TABLE IF NOT EXISTS issuer (
    rfc TEXT PRIMARY KEY, nombre TEXT NOT NULL, regimen_fiscal TEXT NOT NULL, codigo_postal TEXT NOT NULL)"""
_INSERT = "INSERT INTO stamp VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TAKE = """UPDATE behaviour SET times_left = times_left - 1
    WHERE name = ? AND (times_left IS NULL OR times_left > 0)"""
_COUNT = "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"


class NoCreditsError(Exception):
    """The account has used all its stamps."""


@dataclass(frozen=True, slots=True)
class Stamp:
    uuid: str
    stamped_at: datetime
    tipo: str
    rfc_emisor: str
    rfc_receptor: str
    total: Decimal
    sello: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Cancellation:
    uuid: str
    motivo: str
    sustitucion: str
    requested_at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """A taxpayer that was opened at this PAC."""

    rfc: str
    nombre: str
    regimen_fiscal: str
    codigo_postal: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    name: str
    times_left: int | None
    seconds: float


class Ledger:
    """One connection behind a lock: SQLite lets only one writer in anyway."""

    def __init__(self, path: Path) -> None:
        create_once(path, _write_new)
        self.path = path
        self.inode = path.stat().st_ino
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_ISSUERS)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def add_stamp(
        self, digest: bytes, stamp: Stamp, relations: list[tuple[str, str]], credits_bought: int | None
    ) -> Stamp:
        """Commit this stamp, unless these bytes have one already: then that one comes back."""
        with self._write() as db:
            if earlier := self.stamp_of(digest):
                return earlier
            if credits_bought is not None and self.stamps_made() >= credits_bought:
                raise NoCreditsError
            db.execute(_INSERT, (digest, *_row(stamp)))
            db.execute(_COUNT, ("stamp 200",))
            db.executemany("INSERT INTO relation VALUES (?, ?, ?)", [(stamp.uuid, *pair) for pair in relations])
        return stamp

    def stamp_of(self, digest: bytes) -> Stamp | None:
        return self._one_stamp("SELECT * FROM stamp WHERE digest = ?", digest)

    def stamp_by_uuid(self, uuid: str) -> Stamp | None:
        return self._one_stamp("SELECT * FROM stamp WHERE uuid = ?", uuid.upper())

    def stamps(self) -> list[Stamp]:
        return [_stamp(row) for row in self._read("SELECT * FROM stamp ORDER BY id")]

    def stamps_of(self, rfc: str, since: datetime, *, after: int, limit: int) -> list[tuple[int, Stamp]]:
        """An issuer's stamps with their numbers, from one on, oldest first."""
        sql = "SELECT * FROM stamp WHERE rfc_emisor = ? AND stamped_at >= ? AND id > ? ORDER BY id LIMIT ?"
        return [(int(row[0]), _stamp(row)) for row in self._read(sql, rfc, since.isoformat(), after, limit)]

    def stamps_made(self) -> int:
        # Rows are never deleted, so the last id is the count.
        return int(self._read("SELECT coalesce(max(id), 0) FROM stamp")[0][0])

    def related_to(self, parent: str) -> list[tuple[str, str]]:
        """(UUID, TipoRelacion) of the CFDI that name this one."""
        return self._read("SELECT child, tipo FROM relation WHERE parent = ?", parent.upper())

    def save_cancellation(self, cancellation: Cancellation) -> None:
        values = (cancellation.uuid, cancellation.motivo, cancellation.sustitucion,
                  cancellation.requested_at.isoformat(), cancellation.outcome)  # fmt: skip
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO cancellation VALUES (?, ?, ?, ?, ?)", values)

    def cancellation(self, uuid: str) -> Cancellation | None:
        rows = self._read("SELECT * FROM cancellation WHERE uuid = ?", uuid.upper())
        return _cancellation(rows[0]) if rows else None

    def cancellations_of_receptor(self, rfc: str) -> list[Cancellation]:
        """Those of CFDIs that this RFC received, the oldest stamp first."""
        sql = "SELECT c.* FROM cancellation c JOIN stamp s ON s.uuid = c.uuid WHERE s.rfc_receptor = ? ORDER BY s.id"
        return [_cancellation(row) for row in self._read(sql, rfc)]

    def save_issuer(self, issuer: Issuer) -> bool:
        """Open it, or replace its data; whether it is new."""
        with self._write() as db:
            new = not db.execute("SELECT 1 FROM issuer WHERE rfc = ?", (issuer.rfc,)).fetchall()
            values = (issuer.rfc, issuer.nombre, issuer.regimen_fiscal, issuer.codigo_postal)
            db.execute("INSERT OR REPLACE INTO issuer VALUES (?, ?, ?, ?)", values)
        return new

    def issuers(self) -> list[Issuer]:
        return [Issuer(*row) for row in self._read("SELECT * FROM issuer ORDER BY rfc")]

    def set_behaviour(self, behaviour: Behaviour) -> None:
        values = (behaviour.name, behaviour.times_left, behaviour.seconds)
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO behaviour VALUES (?, ?, ?)", values)

    def clear_behaviours(self) -> None:
        with self._write() as db:
            db.execute("DELETE FROM behaviour")

    def behaviours(self) -> list[Behaviour]:
        return [Behaviour(*row) for row in self._read("SELECT * FROM behaviour ORDER BY name")]

    def take_behaviour(self, name: str) -> bool:
        """Use up one of the times left; False if another request took the last one."""
        with self._write() as db:
            taken = db.execute(_TAKE, (name,)).rowcount > 0
            db.execute("DELETE FROM behaviour WHERE times_left = 0")
        return taken

    def count(self, name: str) -> None:
        with self._write() as db:
            db.execute(_COUNT, (name,))

    def counters(self) -> dict[str, int]:
        return dict(self._read("SELECT name, value FROM counter ORDER BY name"))

    def _one_stamp(self, sql: str, value: object) -> Stamp | None:
        rows = self._read(sql, value)
        return _stamp(rows[0]) if rows else None

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _write_new(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)


def _row(stamp: Stamp) -> tuple[object, ...]:
    return (stamp.uuid, stamp.stamped_at.isoformat(), stamp.tipo, stamp.rfc_emisor, stamp.rfc_receptor,
            str(stamp.total), stamp.sello, stamp.xml)  # fmt: skip


def _stamp(row: tuple[Any, ...]) -> Stamp:
    _, _, uuid, stamped_at, tipo, emisor, receptor, total, sello, xml = row
    return Stamp(uuid, datetime.fromisoformat(stamped_at), tipo, emisor, receptor, Decimal(total), sello, xml)


def _cancellation(row: tuple[Any, ...]) -> Cancellation:
    uuid, motivo, sustitucion, requested_at, outcome = row
    return Cancellation(uuid, motivo, sustitucion, datetime.fromisoformat(requested_at), outcome)
