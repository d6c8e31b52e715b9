"""The list of CFF 69-B: taxpayers that SAT presumes (or has found) to invoice operations that never happened.

`use` names the folder that `hub catalogs update --efos` fills; without one, nobody is listed.
"""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path

from hub.sat import swap
from hub.sat.database import ReadOnly

NAME = "efos"
LOOK_AGAIN_S = 5.0
"""How long a process may go on with a list after another one was installed."""


class Situation(StrEnum):
    """SAT's word for where a taxpayer stands."""

    PRESUNTO = "Presunto"
    DEFINITIVO = "Definitivo"
    DESVIRTUADO = "Desvirtuado"
    SENTENCIA_FAVORABLE = "Sentencia Favorable"

    @property
    def is_risk(self) -> bool:
        """Presunto (a warning) and Definitivo (its CFDI have no effect); the other two are cleared."""
        return self in {Situation.PRESUNTO, Situation.DEFINITIVO}


@dataclass(frozen=True, slots=True)
class Listed:
    """One taxpayer of the list. `since`: day its situation was first published, on SAT's page or in the DOF."""

    rfc: str
    nombre: str
    situation: Situation
    since: date | None


def write(path: Path, listed: Iterable[Listed]) -> None:
    """Make the hub's own file. Of a taxpayer listed twice the situation published last counts."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE listed(rfc TEXT PRIMARY KEY, nombre TEXT, situation TEXT, since TEXT) WITHOUT ROWID"
        )
        connection.executemany(
            "INSERT INTO listed VALUES (?1, ?2, ?3, ?4) ON CONFLICT(rfc) DO UPDATE SET nombre = ?2, situation = ?3,"
            " since = ?4 WHERE ?4 >= since",
            ((one.rfc, one.nombre, one.situation, one.since.isoformat() if one.since else "") for one in listed),
        )
        connection.commit()


class _List:
    """The installed list, looked up again when another one is put in force."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._seen: swap.Identity = None
        self._look_at = 0.0
        self._open: ReadOnly | None = None
        self.manifest: swap.Manifest | None = None

    def find(self, rfc: str) -> Listed | None:
        database = self.current()
        rows = [] if database is None else database.query("SELECT * FROM listed WHERE rfc = ?", rfc)
        return next((_read(*row) for row in rows), None)

    def current(self) -> ReadOnly | None:
        if self._directory is None or time.monotonic() < self._look_at:
            return self._open
        seen = swap.identity(self._directory, NAME)
        if seen != self._seen:
            self.manifest = next(
                filter(partial(swap.is_whole, self._directory), swap.editions(self._directory, NAME)), None
            )
            self._open = ReadOnly(self._directory / self.manifest.file) if self.manifest else None
            self._seen = seen
        self._look_at = time.monotonic() + LOOK_AGAIN_S
        return self._open


def _read(rfc: str, nombre: str, situation: str, since: str) -> Listed:
    return Listed(rfc, nombre, Situation(situation), date.fromisoformat(since) if since else None)


_list = _List(None)


def use(directory: Path | None) -> None:
    """Take the list installed in this folder; `None`: no list. Once, at start."""
    global _list  # noqa: PLW0603 - the list is one fact for the whole process
    _list = _List(directory)


def manifest() -> swap.Manifest | None:
    """Which list is in use; without one `status` says `None` for everybody."""
    return _list.manifest if _list.current() is not None else None


def status(rfc: str) -> Listed | None:
    """How a normalised RFC stands in the list of CFF 69-B; `None`: it is not there, or no list is installed."""
    return _list.find(rfc)
