"""What SAT and phpcfdi publish: the SQLite file of the catalogs, the CSV of 69-B, their archives and manifests."""

import bz2
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from hub.sat import edition, efos_csv, installed, published, swap, update
from hub.sat.errors import CatalogError
from tests.support.publisher import catalogs_database

from ..damage import OBJECTS, damaged, wrong_json
from ..target import Target, allowed

HEADER = "No,RFC,Nombre del Contribuyente,Situación del contribuyente,Publicación página SAT presuntos"
ROW = '1,EKU9003173C9,"ESCUELA KEMPER URGATE, S.A.",Presunto,01/02/2019'
LIST = f"Título\nOtro\n{HEADER}\n{ROW}\n{ROW}\n".encode()
TOLD = allowed(CatalogError)


def targets(stack: ExitStack) -> list[Target]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    # A few rows of each table: what is wrong in one is wrong in many.
    published._TABLES = tuple(replace(table, least=1) for table in published._TABLES)
    whole = catalogs_database(folder / "whole.db")
    small = _small(whole, folder / "small.db")
    database, raw, broken = small.read_bytes(), folder / "raw.db", folder / "broken.db"
    manifest = {
        "file": "sat-0123456789abcdef.db", "sha256": "0" * 64, "source": "x", "source_sha256": "0" * 64,
        "dated": "2026-08-06", "installed_at": "2026-08-06T00:00:00+00:00",
    }  # fmt: skip

    def published_file(content: bytes) -> None:
        raw.write_bytes(content)
        TOLD(lambda: list(published.rows(raw)))

    def cells(wrong: tuple[tuple[str, str], object]) -> None:
        (table, column), value = wrong
        raw.write_bytes(database)
        with closing(sqlite3.connect(raw)) as connection, suppress(sqlite3.Error, OverflowError, UnicodeError):
            connection.execute(f'UPDATE {table} SET "{column}" = ?', (value,))
            connection.commit()
        TOLD(lambda: update.update_catalogs(folder / "into", str(raw)))

    def archived(content: bytes) -> None:
        archive = folder / "raw.db.bz2"
        archive.write_bytes(content)
        TOLD(lambda: update.update_catalogs(folder / "into", str(archive)))

    def chosen(content: bytes) -> None:
        (folder / "sat.json").write_bytes(content)
        edition.best(folder)

    def kept(content: bytes) -> None:
        broken.write_bytes(content)
        with suppress(sqlite3.DatabaseError):
            edition.behind(installed.Installed(broken))
        told = {**manifest, "file": broken.name, "sha256": swap.sha256_of(broken)}
        (folder / "sat.json").write_text(json.dumps(told))
        edition.best(folder)

    own = folder / "own.db"
    installed.write(own, [("Meses", "01", next(iter(_rows())), "")])
    return [
        Target("the database", damaged(database), published_file),
        Target("its cells", st.tuples(st.sampled_from(_columns(small)), st.sampled_from(_CELLS)), cells),
        Target("its archive", damaged(bz2.compress(database)), archived),
        Target("a manifest", damaged(json.dumps(manifest).encode()) | wrong_json(manifest), chosen),
        Target("an installed file", damaged(own.read_bytes()), kept),
        Target("69-B", damaged(LIST), lambda text: TOLD(lambda: list(efos_csv.parse(text, least=1)))),
    ]


_CELLS = [value for value in OBJECTS if isinstance(value, str | int | float | bytes) or value is None]


def _rows() -> Iterator[published.Row]:
    yield published.Row("Enero")


def _small(whole: Path, path: Path) -> Path:
    path.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f"DELETE FROM {name} WHERE rowid > 40")
        connection.commit()
        connection.execute("VACUUM")
    return path


def _columns(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [f"cfdi_40_{table.name}" for table in published._TABLES]
        return [(name, row[1]) for name in tables for row in connection.execute(f"PRAGMA table_info({name})")]
