"""One process that compiles templates, seen from the hub: asked over pipes, killed when it is late."""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import IO, Any

from hub.cfdi.pdf.errors import TemplateError
from hub.cfdi.pdf.frames import FrameTooLongError, read_frame, write_frame

_START_SECONDS = 60.0
_DOCUMENTS_PER_PROCESS = 500  # typst remembers what it laid out; a new process now and then gives the memory back


class WorkerDiedError(TemplateError):
    """The process ended without an answer: the document needed too much, or something else killed the process."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: seconds by the clock, memory beyond that of an idle worker, bytes of all pages."""

    seconds: float = 10.0
    memory_bytes: int = 512_000_000
    output_bytes: int = 20_000_000


class WorkerProcess:
    """One process and the two pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = _DOCUMENTS_PER_PROCESS
        self._folder = tempfile.TemporaryDirectory(prefix="hub-pdf-")
        self._process = _start(self._folder.name, limits.memory_bytes)
        if self._exchange(None, _START_SECONDS)[0] is None:
            self.close()
            raise RuntimeError("the process for PDF templates does not start: see `python -m hub.cfdi.pdf.worker 0`")

    @property
    def pid(self) -> int:
        return self._process.pid

    def fit(self) -> bool:
        """Whether it can take one more document."""
        return self._left > 0 and self._process.poll() is None

    def compile(self, request: dict[str, Any]) -> list[bytes]:
        self._left -= 1
        seconds, most = self._limits.seconds, self._limits.output_bytes
        reply, late = self._exchange({**request, "seconds": seconds, "output_bytes": most}, seconds)
        if reply is None:
            self._process.wait()  # whoever asks `fit` now must see that it has ended
            raise _too_late(seconds) if late else _too_big(self._limits.memory_bytes)
        if "reason" in reply:
            raise TemplateError(reply["message"], reply["reason"])
        return [base64.b64decode(page) for page in reply["pages"]]

    def close(self) -> None:
        """Ends the process, whatever it is doing, and waits until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):  # what it had not read yet
                _open(pipe).close()
        self._folder.cleanup()

    def _exchange(self, request: dict[str, Any] | None, seconds: float) -> tuple[dict[str, Any] | None, bool]:
        """The reply, or None if the process has ended, and whether it was ended for being late."""
        with self._killed_after(seconds) as late:
            try:
                if request is not None:
                    write_frame(_open(self._process.stdin), request)
                return read_frame(_open(self._process.stdout), 2 * self._limits.output_bytes + 100_000), late.is_set()
            except (BrokenPipeError, FrameTooLongError):
                self._process.kill()
                return None, late.is_set()

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[Event]:
        late = Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = Timer(seconds, kill)
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()


def _start(folder: str, memory_bytes: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
        [sys.executable, "-P", "-m", "hub.cfdi.pdf.worker", str(memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """Nothing of the hub's own environment, where secrets may be; one thread and one heap, so that memory counts."""
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return {"PYTHONPATH": path, "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "both are asked for at the start"
    return pipe


def _too_late(seconds: float) -> TemplateError:
    reason = f"took more than {seconds:g} s"
    return TemplateError(f"the PDF template {reason}; look for a loop that never ends", reason)


def _too_big(memory_bytes: int) -> WorkerDiedError:
    reason = f"needed more than {memory_bytes // 1_000_000} MB of memory, or crashed typst"
    return WorkerDiedError(f"the PDF template {reason}; look for a list or text that grows without end", reason)
