"""Compiles an issuer's template in a process that can be killed: typst in this one could not be interrupted."""

import atexit
import base64
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from threading import BoundedSemaphore
from typing import Any

from hub.cfdi.pdf.worker_process import Limits, WorkerDiedError, WorkerProcess


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
        request = {"sources": encoded, "inputs": dict(inputs), "options": dict(options)}
        with self._turn:
            try:
                return self._compile(self._take(), request)
            except WorkerDiedError:
                # what killed it may have happened to an idle process: a new one tells whether it is the document
                return self._compile(WorkerProcess(self._limits), request)

    def pids(self) -> list[int]:
        """Identifiers of the processes that wait for work."""
        return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """Ends the processes that wait for work; the next document starts a new one."""
        with suppress(IndexError):
            while worker := self._idle.pop():
                worker.close()

    def _compile(self, worker: WorkerProcess, request: dict[str, Any]) -> list[bytes]:
        try:
            return worker.compile(request)
        finally:
            if worker.fit():
                self._idle.append(worker)
            else:
                worker.close()

    def _take(self) -> WorkerProcess:
        with suppress(IndexError):  # none is idle; asking first would race with other threads
            while worker := self._idle.pop():
                if worker.fit():
                    return worker
                worker.close()
        return WorkerProcess(self._limits)


_workers = Workers()
atexit.register(_workers.close)
compile_apart = _workers.compile
