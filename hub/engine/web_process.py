"""The web side of `hub run` in a process of its own: however much work there is, deliveries and buyers do not wait.

The process is a copy of ours, made before any thread begins, so that both share the memory of what is loaded. Between
them is a line of single bytes: ours tells it to begin and that the engine ended, the web side says that work is ready.
Either of them sees the other's end as the end of the line.
"""

import gc
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context

import structlog
from sqlalchemy import event
from sqlmodel import Session

log = structlog.get_logger()

BEGIN, ENGINE_ENDED, READY = b"b", b"e", b"r"
STOP_S = 15.0
"""Longer than the web server takes to finish the requests under way."""


class WebLine:
    """The web side's end: what it may ask of the process that works."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._engine_is_up = True

    def kick(self, session: Session, entity: str, entity_id: int) -> None:  # noqa: ARG002
        """Work is ready; said inside the transaction that made it ready, heard once that is committed."""
        if "hub_kicked" not in session.info:
            session.info["hub_kicked"] = True
            event.listen(session, "after_commit", lambda _: self.say_ready(), once=True)

    def say_ready(self) -> None:
        """Work is ready and committed."""
        # A full line holds enough word that is not yet heard; a broken one is about to end us.
        with suppress(OSError):
            self._line.send(READY, socket.MSG_DONTWAIT)

    def engine_is_up(self) -> bool:
        """Whether the other process works."""
        return self._engine_is_up

    def address(self) -> socket.socket | None:
        """Wait for word to begin, and where to listen; None if the other process ended without it."""
        try:
            message, handles, *_ = socket.recv_fds(self._line, 1, 1)
        except OSError:
            return None
        return socket.socket(fileno=handles[0]) if message == BEGIN else None

    def listen(self) -> None:
        """From now on hear what the other process says, and end with it: nobody would do what we take."""
        threading.Thread(target=self._hear, name="line", daemon=True).start()

    def _hear(self) -> None:
        try:
            # Of a process that was killed before it read all we said, the line's end is an error.
            with suppress(OSError):
                while self._line.recv(1) == ENGINE_ENDED:
                    self._engine_is_up = False
            log.error("the process that works is gone")
        finally:
            os._exit(1)


class WebProcess:
    """Ours to start, to stop and to watch. Made before any thread begins; `serve` waits for `begin`."""

    def __init__(self, serve: Callable[[socket.socket, WebLine], None]) -> None:
        self._line, theirs = socket.socketpair()
        gc.freeze()  # what both share is not looked through again, which would copy it
        self._process = get_context("fork").Process(target=_run, args=[serve, self._line, theirs], name="web")
        self._process.start()
        theirs.close()

    def begin(self, address: socket.socket, ready: Callable[[], None]) -> None:
        """Let it take requests there; `ready` is called whenever it has made work ready."""
        threading.Thread(target=self._hear, args=[ready], name="line", daemon=True).start()
        with suppress(OSError):  # it ended already, which is seen soon
            socket.send_fds(self._line, [BEGIN], [address.fileno()])

    def engine_ended(self) -> None:
        """Say so: it is no longer ready."""
        with suppress(OSError):
            self._line.send(ENGINE_ENDED)

    def wait(self, at_most_s: float) -> bool:
        """Whether it ended within so many seconds."""
        self._process.join(at_most_s)
        return not self._process.is_alive()

    def stop(self) -> None:
        """Let it finish the requests under way, and see it end."""
        if self._process.is_alive():
            self._process.terminate()
        if not self.wait(STOP_S):
            log.warning("the web side does not end, it is killed")
            self._process.kill()
            self._process.join()
        self._line.close()

    def _hear(self, ready: Callable[[], None]) -> None:
        with suppress(OSError):
            while self._line.recv(4096):
                ready()


def _run(serve: Callable[[socket.socket, WebLine], None], ours: socket.socket, theirs: socket.socket) -> None:
    ours.close()  # or the line would never end
    line = WebLine(theirs)
    if address := line.address():
        line.listen()
        serve(address, line)
