"""Deliveries that wait for the database at the same time go in with one transaction, or into its letterbox."""

import threading
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from hub.store import InboxItem
from hub.store.inserts import insert_new

from .context import Flow

log = structlog.get_logger()

MOST_LETTERS = 100
"""Taken from the letterbox in one transaction, so that nobody waits long for its end."""


@dataclass(slots=True, eq=False)
class _Arrival:
    item: InboxItem
    new: bool | None = None
    """None until it is committed."""


class Arrivals:
    """The way of a process into its inbox: who writes takes along all that came until the database let it write."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._waiting: list[_Arrival] = []
        self._list = threading.Lock()
        self._writer = threading.Lock()

    def put(self, item: InboxItem) -> bool:
        """Commit it; False if it is there already."""
        arrival = _Arrival(item)
        with self._list:
            self._waiting.append(arrival)
        with self._writer:
            if arrival.new is None:
                self._put_waiting()
            if arrival.new is None:
                self._leave(arrival)  # what its sender is told from here on is all that becomes of it
                self._put([arrival])
        return bool(arrival.new)

    def _put_waiting(self) -> None:
        try:
            self._put(None)
        except Exception:
            # Each tries by itself, so that what is wrong with one is told to its sender alone.
            log.warning("deliveries could not be taken together", exc_info=True)

    def _put(self, arrivals: Collection[_Arrival] | None) -> None:
        """Those, or all that wait by the time the database lets us write."""
        if self._flow.letterbox is not None:
            arrivals = self._taken() if arrivals is None else arrivals
            new = self._flow.letterbox.put([arrival.item for arrival in arrivals])
        else:
            with self._flow.store.write() as session:
                arrivals = self._taken() if arrivals is None else arrivals
                new = [_into_inbox(self._flow, session, arrival.item) for arrival in arrivals]
        for arrival, is_new in zip(arrivals, new, strict=True):
            arrival.new = is_new

    def _leave(self, arrival: _Arrival) -> None:
        with self._list:
            self._waiting = [one for one in self._waiting if one is not arrival]

    def _taken(self) -> list[_Arrival]:
        with self._list:
            taken, self._waiting = self._waiting, []
        return taken


def take_letters(flow: Flow) -> int:
    """What was acknowledged goes on into the inbox; answers how many deliveries that were."""
    if flow.letterbox is None or not (letters := flow.letterbox.oldest(MOST_LETTERS)):
        return 0
    with flow.store.write() as session:
        for item in letters.values():
            _into_inbox(flow, session, item)
    flow.letterbox.forget(list(letters))
    return len(letters)


def _into_inbox(flow: Flow, session: Session, item: InboxItem) -> bool:
    key = insert_new(session, item)
    if key is not None:
        flow.kick(session, "inbox", key)
    return key is not None
