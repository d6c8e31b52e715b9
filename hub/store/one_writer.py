"""One writer at a time among all threads and processes of an SQLite database.

SQLite's own waiting is a sleep that grows to a tenth of a second: a process that writes without pause then leaves
nothing to another one. The kernel's file lock wakes whoever waits as soon as it is free.
"""

import fcntl
import os
import threading
from pathlib import Path
from types import TracebackType

from hub.plugin import TransientError

PATIENCE_S = 30.0


class OneWriter:
    """Enter it to write; whoever writes may enter again.

    Raises:
        TransientError: another writer has not come to its end for half a minute.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-writer")
        self._threads = threading.RLock()
        self._file: int | None = None
        self._entered = 0

    def __enter__(self) -> None:
        if not self._threads.acquire(timeout=PATIENCE_S):
            raise self._busy()
        try:
            if not self._entered:
                self._lock()
        except BaseException:
            self._threads.release()
            raise
        self._entered += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered -= 1
        if not self._entered and self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        """Give the file back; it is opened again when it is needed."""
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _lock(self) -> None:
        if self._file is None:
            # To read is enough to lock, so it does not matter which user made it.
            self._file = os.open(self._path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait_for(self._file)

    def _wait_for(self, file: int) -> None:
        """Nothing ends a wait for a file lock, so another thread waits, and we wait for it."""
        wait = _Wait(file)
        if not wait.is_over(PATIENCE_S):
            self._file = None  # that thread has it, and closes it
            raise self._busy()

    def _busy(self) -> TransientError:
        database = self._path.name.removesuffix("-writer")
        return TransientError(
            f"another process or thread has been writing to {database} for {PATIENCE_S:.0f} s",
            hint="is a `hub` command stopped in the middle (Ctrl-Z)? End it, or let it go on",
        )


class _Wait:
    """A thread that waits for the lock of a file; nobody needs it any more once `is_over` was False."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._decided = threading.Lock()
        self._locked = threading.Event()
        self._in_vain = False
        threading.Thread(target=self._run, name="writer", daemon=True).start()

    def is_over(self, within_s: float) -> bool:
        if self._locked.wait(within_s):
            return True
        with self._decided:
            self._in_vain = not self._locked.is_set()
            return not self._in_vain

    def _run(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._decided:
            if self._in_vain:
                os.close(self._file)
            else:
                self._locked.set()
