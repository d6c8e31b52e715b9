"""The open ledger and keys of a data directory, shared by everything in this process that uses it."""

import atexit
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from .keys import PacKeys, keys_in
from .ledger import Ledger


@dataclass(frozen=True, slots=True)
class Storage:
    ledger: Ledger
    keys: PacKeys

    @classmethod
    def open(cls, data_dir: Path) -> "Storage":
        data_dir.mkdir(parents=True, exist_ok=True)
        return cls(Ledger(data_dir / "pac.sqlite"), keys_in(data_dir))

    def is_current(self) -> bool:
        """False when the directory was deleted, and perhaps made anew, under our feet."""
        path = self.ledger.path
        return path.exists() and path.stat().st_ino == self.ledger.inode


# The process is part of the key: a SQLite connection must not cross a fork.
_open: dict[tuple[int, Path], Storage] = {}
_lock = threading.Lock()


def storage_in(data_dir: Path) -> Storage:
    key = (os.getpid(), data_dir.resolve())
    with _lock:
        found = _open.get(key)
        if found is not None and found.is_current():
            return found
        if found is not None:
            found.ledger.close()
        _open[key] = Storage.open(data_dir)
        return _open[key]


@atexit.register
def _close_all() -> None:
    for (process, _), storage in _open.items():
        if process == os.getpid():
            storage.ledger.close()
