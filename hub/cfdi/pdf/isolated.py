"""Compiles an issuer's template in a process that can be killed: typst in this one could not be interrupted."""

import atexit
import base64
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from hub.cfdi.pdf.worker_process import Limits, WorkerProcess


class Workers:
    """At most `at_once` processes, started when they are wanted, used again, and replaced when a template kills one."""

    def __init__(self, limits: Limits = Limits(), at_once: int = 2) -> None:
        self._limits = limits
        self._turn = BoundedSemaphore(at_once)
        self._idle: deque[WorkerProcess] = deque()

    def compile(
        self, sources: Mapping[str, bytes], inputs: Mapping[str, str], options: Mapping[str, Any]
    ) -> list[bytes]:
        """What `compile_here` makes, from a template of anybody.

        Raises:
            TemplateError: Typst refused it, or it took too long, needed too much memory or made too much.
        """
        encoded = {name: base64.b64encode(content).decode() for name, content in sources.items()}
        with self._turn, self._lent_worker() as worker:
            return worker.compile({"sources": encoded, "inputs": dict(inputs), "options": dict(options)})

    def pids(self) -> list[int]:
        """Identifiers of the processes that wait for work."""
        return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """Ends the processes that wait for work; the next document starts a new one."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _lent_worker(self) -> Iterator[WorkerProcess]:
        worker = self._take()
        try:
            yield worker
        finally:
            if worker.fit():
                self._idle.append(worker)
            else:
                worker.close()

    def _take(self) -> WorkerProcess:
        while self._idle:
            worker = self._idle.pop()
            if worker.fit():
                return worker
            worker.close()
        return WorkerProcess(self._limits)


_workers = Workers()
atexit.register(_workers.close)
compile_apart = _workers.compile
