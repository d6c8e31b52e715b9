"""A consistent copy of the database while the hub works, and the way back from it.

A backup is a folder: the database (`database.sqlite`, or `database.dump` of pg_dump) and `manifest.json`, which says
when it was made, by which version, and the checksum. It holds no secret of the configuration.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import SQLModel, func, select

import hub
from hub.plugin import ConfigError, DataError

from . import postgresql_tools, tables
from .engine import Store

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `made_at` is the moment up to which everything is in it."""

    made_at: datetime
    version: str
    revision: str
    database: str
    file: str
    size: int
    sha256: str
    rows: dict[str, int]
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read it and compare the checksum.

        Raises:
            DataError: it is no backup, of a newer version, or not whole.
        """
        try:
            raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if raw["format"] != FORMAT:
                raise DataError(f"{folder} is of format {raw['format']}", hint="restore it with a newer hub")
            made_at = datetime.fromisoformat(raw.pop("made_at"))
            manifest = cls(made_at=made_at, **raw)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"{folder} is no backup: {error}", hint="give the folder that `hub db backup` made"
            ) from error
        file = folder / manifest.file
        if manifest.file != Path(manifest.file).name or not file.is_file() or _sha256(file) != manifest.sha256:
            raise DataError(f"{file} is not what was backed up", hint="its checksum differs: take another backup")
        return manifest


def backup(store: Store, folder: Path, *, now: Callable[[], datetime]) -> Manifest:
    """Copy the database into a new folder.

    Raises:
        ConfigError: the folder exists, cannot be made, or pg_dump is missing or fails.
        DataError: the copy is not whole.
    """
    draft = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise ConfigError(f"{folder} exists", hint="nothing is overwritten: name a new folder")
    try:
        draft.mkdir(mode=0o700, parents=True)
    except OSError as error:
        hint = f"remove {draft} if an earlier backup was interrupted" if draft.exists() else "choose another place"
        raise ConfigError(f"{draft} cannot be made: {error.strerror}", hint=hint) from error
    made_at = now()  # before the copy begins: what is committed later may be in it, too, or not
    file = draft / ("database.sqlite" if store.is_sqlite else "database.dump")
    rows = _rows(store)
    if store.is_sqlite:
        _copy_sqlite(Path(store.url.database or ""), file)
    else:
        postgresql_tools.dump(store.url, file, list(SQLModel.metadata.tables))
    manifest = Manifest(
        made_at=made_at,
        version=hub.__version__,
        revision=store.revision(),
        database=store.url.get_backend_name(),
        file=file.name,
        size=file.stat().st_size,
        sha256=_sha256(file),
        rows=rows,
    )
    words = json.dumps({**asdict(manifest), "made_at": made_at.isoformat()}, indent=2) + "\n"
    _write_durably(draft / MANIFEST, words.encode())
    file.chmod(0o600)
    _sync(file)
    draft.rename(folder)
    _sync(folder.parent)
    return manifest


def copy_of(folder: Path, manifest: Manifest, to: Path) -> None:
    """The SQLite database of a backup, in a place of its own; raises DataError if it is not whole."""
    _copy_sqlite(folder / manifest.file, to)
    to.chmod(0o600)


def put_in_place(draft: Path, target: Path, aside: Path) -> None:
    """Make a database file the hub's own, in one step; the one that was there stays beside it.

    Nobody may have either of them open.
    """
    if target.exists():
        _fold(target)
        for suffix in ("-wal", "-shm"):  # of a database that cannot be opened: they must not meet the new one
            old = target.with_name(target.name + suffix)
            if old.exists():
                old.rename(aside.with_name(aside.name + suffix))
        os.link(target, aside)
    _fold(draft)
    _sync(draft)
    draft.replace(target)
    _sync(target.parent)


def _fold(database: Path) -> None:
    """Everything into the one file."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")


def _rows(store: Store) -> dict[str, int]:
    counted = (tables.Ticket, tables.Cfdi, tables.CfdiXml, tables.InboxItem, tables.Delivery, tables.Event)
    with store.read() as session:
        return {str(one.__tablename__): session.exec(select(func.count()).select_from(one)).one() for one in counted}


def _copy_sqlite(source: Path, to: Path) -> None:
    """By SQLite's own means: one moment of the database, however much is written meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as ours,
        closing(sqlite3.connect(to)) as copy,
    ):
        ours.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise DataError(f"the copy of {source} is damaged: {said}", hint="check the disk; the hub's own database too")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write_durably(path: Path, content: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
