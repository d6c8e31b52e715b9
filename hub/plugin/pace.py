"""Requests spread evenly: each begins a fixed time after the one before, whichever thread sends it."""

import threading
import time
from collections.abc import Callable


class Pace:
    """At most so many beginnings in a second."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap_s = 1 / per_second
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Until it is this request's turn."""
        with self._lock:
            now = self._clock()
            begins = max(now, self._next)
            self._next = begins + self._gap_s
        if begins > now:
            self._sleep(begins - now)
