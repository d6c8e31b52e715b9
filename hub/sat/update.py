"""Putting a newly published edition of the catalogs, or of the 69-B list, in force."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hub.sat import edition, efos, efos_csv, installed, published, swap
from hub.sat.download import Limits, obtain
from hub.sat.errors import CatalogError
from hub.sat.swap import Manifest

CATALOGS_URL = "https://github.com/phpcfdi/resources-sat-catalogs/releases/latest/download/catalogs.db.bz2"
"""Where phpcfdi publishes SAT's catalogs as SQLite, usually every two weeks."""
EFOS_URL = (
    "https://wu1agsprosta001.blob.core.windows.net/agsc-publicaciones/Datos_abiertos/"
    "Documents_AGAFF/Listado_completo_69-B.csv"
)
"""Where SAT publishes the complete 69-B list."""


def update_catalogs(
    directory: Path, where: str = CATALOGS_URL, *, sha256: str = "", limits: Limits = Limits()
) -> Manifest:
    """Fetch, check and convert the published catalogs, and put them in force; `hub.sat.download.obtain` has the rules.

    Raises:
        CatalogError: the file is no plausible edition or older than the shipped one. Nothing has changed then.
        UnreachableError: it could not be had now.
    """
    return _update(directory, installed.NAME, where, _make_catalogs, sha256=sha256, limits=limits)


def update_efos(directory: Path, where: str = EFOS_URL, *, sha256: str = "", limits: Limits = Limits()) -> Manifest:
    """The same for the list of CFF 69-B (EFOS)."""
    return _update(directory, efos.NAME, where, _make_efos, sha256=sha256, limits=limits)


def _update(
    directory: Path, name: str, where: str, make: Callable[[Path, Path], None], *, sha256: str, limits: Limits
) -> Manifest:
    try:
        with swap.workshop(directory) as workshop:
            raw, origin = obtain(where, workshop, sha256=sha256, limits=limits)
            made = workshop / "made.db"
            make(raw, made)
            return swap.install(directory, name, made, origin, datetime.now(UTC).isoformat(timespec="seconds"))
    except OSError as error:
        raise CatalogError(
            f"cannot write to {directory}: {error.strerror}", hint="check the disk and its rights"
        ) from error


def _make_catalogs(raw: Path, made: Path) -> None:
    try:
        installed.write(made, published.rows(raw))
    except sqlite3.IntegrityError as error:
        raise CatalogError(f"the published database lists a key twice or without a value: {error}") from error
    if lacking := edition.behind(installed.Installed(made)):
        raise CatalogError(f"this edition is older than the shipped one: it lacks {', '.join(lacking)}")


def _make_efos(raw: Path, made: Path) -> None:
    efos.write(made, efos_csv.parse(raw.read_bytes()))
