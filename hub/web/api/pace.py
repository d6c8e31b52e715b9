"""How many requests somebody may make: a bucket that fills again by the second, one for each, in this process."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_KNOWN = 10_000


class Pace:
    """`per_minute` requests at once, and as many again in each minute."""

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        self._most = float(per_minute)
        self._seconds = seconds
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, who: str) -> int:
        """0 if one more is allowed, which it then is; else whole seconds until it will be."""
        with self._lock:
            now = self._seconds()
            left, since = self._left.pop(who, (self._most, now))
            left = min(self._most, left + max(0.0, now - since) * self._most / 60)
            allowed = left >= 1
            self._left[who] = (left - 1 if allowed else left, now)
            while len(self._left) > MOST_KNOWN:
                self._left.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * 60 / self._most))
