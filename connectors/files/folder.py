"""The way of a file: arrived -> processing/ -> done/ or errors/, each step one atomic rename."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.plugin import ConfigError

from .result import WHOLE_FILE, Outcome, write_result

TEMPORARY = (".part", ".tmp", ".crdownload", ".filepart", "~")
HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in which somebody drops files. It must lie on one file system, or renames are not atomic."""

    path: Path

    def prepare(self) -> None:
        """Make the subfolders and prove that files can be written and moved.

        Raises:
            ConfigError: the folder is not there or not writable.
        """
        self._must_be_there()
        try:
            for each in (self.processing, self.path / "done", self.path / "errors"):
                each.mkdir(exist_ok=True)
            probe = self.path / ".hub-probe"
            probe.touch()
            probe.replace(self.processing / ".hub-probe").unlink()
        except OSError as error:
            raise ConfigError(
                f"{self.path} is not writable: {error.strerror}", hint="give the hub's user write permission"
            ) from error

    @property
    def processing(self) -> Path:
        """Where a file is while it is being read."""
        return self.path / "processing"

    def waiting(self) -> list[Path]:
        """Files that arrived, complete or not, oldest first."""
        return _files(self.path)

    def claimed(self, settle_s: float) -> Iterator[Path]:
        """First what a crash left behind, then each settled file, taken at the moment it is asked for."""
        yield from _files(self.processing)
        for path in self._settled(settle_s):
            yield from self._taken(path)

    def seen(self, settle_s: float) -> Iterator[Path]:
        """The same files where they lie, for somebody who only looks.

        Raises:
            ConfigError: the folder is not there.
        """
        self._must_be_there()
        if self.processing.is_dir():
            yield from _files(self.processing)
        yield from self._settled(settle_s)

    def _must_be_there(self) -> None:
        if not self.path.is_dir():
            raise ConfigError(f"{self.path} is not a folder", hint="create it, or correct `folder`")

    def _settled(self, settle_s: float) -> Iterator[Path]:
        for path, look in [(path, _look(path)) for path in self.waiting()]:
            if look is not None and _settled(path, look, settle_s):
                yield path

    def _taken(self, path: Path) -> list[Path]:
        try:
            return [path.replace(_free(self.processing / path.name))]
        except FileNotFoundError:  # whoever dropped it took it back
            return []

    def finish(self, path: Path, outcomes: list[Outcome]) -> Path:
        """Move a file to where people look for it, beside the result of each of its rows."""
        failed = any(
            each.status == "error" or (each.row == WHOLE_FILE and each.status == "ignored") for each in outcomes
        )
        target = _free(self.path / ("errors" if failed else "done") / path.name)
        write_result(target.with_name(f"{target.name}.result.csv"), outcomes)
        return path.replace(target)


def _files(folder: Path) -> list[Path]:
    found = [
        path for path in folder.iterdir() if path.is_file() and not path.is_symlink() and not _temporary(path.name)
    ]
    return sorted(found, key=lambda path: (_modified_ns(path), path.name))


def _modified_ns(path: Path) -> int:
    # Moving a file to processing/ keeps it, so that a second read comes in the order of the first.
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _temporary(name: str) -> bool:
    return name.startswith(HIDDEN) or name.lower().endswith(TEMPORARY)


def _look(path: Path) -> tuple[int, float] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    # A copy that keeps the original's mtime still shows in ctime when it was written.
    return stat.st_size, max(stat.st_mtime, stat.st_ctime)


def _settled(path: Path, look: tuple[int, float], settle_s: float) -> bool:
    return _look(path) == look and time.time() - look[1] >= settle_s


def _free(path: Path) -> Path:
    # ventas.csv, ventas.2.csv, ventas.3.csv: a rename must never replace an earlier file.
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}.{number}{path.suffix}")
    return free
