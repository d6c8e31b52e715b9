"""Which edition of the catalogs answers: the installed one if it is whole and not behind the shipped one."""

import math
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from hub.sat import swap
from hub.sat.installed import NAME, Installed
from hub.sat.shipped import Shipped
from hub.sat.source import Row, Source
from hub.sat.swap import Identity, Manifest

LOOK_AGAIN_S = 5.0
"""How long a process may go on with an edition after another one was installed."""
_TELLING = (
    "ObjetoImp",
    "RegimenFiscal",
    "UsoCFDI",
    "FormaPago",
    "MetodoPago",
    "TipoRelacion",
    "Exportacion",
    "Periodicidad",
    "Meses",
)
"""Catalogs whose new keys tell a newer edition; SAT hardly ever takes one away."""
NEVER_IN_4_0: dict[str, frozenset[str]] = {
    "CodigoPostal": frozenset({"00000"}),
    "FormaPago": frozenset({"07", "09", "10", "11", "16", "98"}),
    "RegimenFiscal": frozenset({"609", "628", "629", "630"}),
    "TipoRelacion": frozenset({"08", "09"}),
    "UsoCFDI": frozenset({"P01"}),
}
"""Keys that files still list although CFDI 4.0 dropped them or never had them."""


@dataclass(frozen=True, slots=True, eq=False)  # one object for each edition, and a key of caches
class Edition:
    """The catalogs in use. `manifest` is `None` for the shipped ones; `refused` says why others were passed over."""

    source: Source
    manifest: Manifest | None
    refused: tuple[str, ...] = ()

    def of(self, catalog: str) -> Source:
        """Who answers for a catalog: the shipped file for those that are not published."""
        return self.source if self.source.has(catalog) else _SHIPPED

    def row(self, catalog: str, key: str) -> Row | None:
        """One key that CFDI 4.0 knows."""
        if key in NEVER_IN_4_0.get(catalog, ()):
            return None
        return self.of(catalog).row(catalog, key)


_SHIPPED = Shipped()
_LOCK = threading.Lock()


class Choice:
    """The edition in use, looked up again when the folder changes."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._look_at = 0.0
        self._seen: Identity = None
        self._edition: Edition | None = None

    def edition(self) -> Edition:
        """The best edition there is now; cheap."""
        if self._edition is not None and (self._directory is None or time.monotonic() < self._look_at):
            return self._edition
        with _LOCK:
            return self._look(self._directory)

    def good_for(self) -> float:
        """Seconds until the folder may be looked at again."""
        return math.inf if self._directory is None else max(0.0, self._look_at - time.monotonic())

    def _look(self, directory: Path | None) -> Edition:
        seen = None if directory is None else swap.identity(directory, NAME)
        if self._edition is None or seen != self._seen:
            self._edition = best(directory)
            self._seen = seen
        self._look_at = time.monotonic() + LOOK_AGAIN_S
        return self._edition


def best(directory: Path | None) -> Edition:
    """The installed edition, else the one before it, else the shipped one."""
    refused: list[str] = []
    for manifest in swap.editions(directory, NAME) if directory is not None else ():
        source = _usable(directory / manifest.file, manifest, refused) if directory is not None else None
        if source is not None:
            return Edition(source, manifest, tuple(refused))
    return Edition(_SHIPPED, None, tuple(refused))


def _usable(path: Path, manifest: Manifest, refused: list[str]) -> Source | None:
    if not swap.is_whole(path.parent, manifest):
        refused.append(f"{manifest.file} is damaged or missing")
        return None
    try:
        source = Installed(path)
        lacking = behind(source)
    except sqlite3.DatabaseError as error:
        refused.append(f"{manifest.file} cannot be read: {error}")
        return None
    if lacking:
        refused.append(f"{manifest.file} is older than the shipped catalogs: it lacks {', '.join(lacking)}")
        return None
    return source


def behind(source: Source) -> tuple[str, ...]:
    """Keys that the shipped edition has and this one has not, as `c_ObjetoImp 08`; empty if it is up to date."""
    return tuple(
        f"c_{catalog} {key}"
        for catalog in _TELLING
        for key, _, _ in sorted(_SHIPPED.rows(catalog), key=lambda row: row[0])
        if key not in NEVER_IN_4_0.get(catalog, ()) and source.row(catalog, key) is None
    )
