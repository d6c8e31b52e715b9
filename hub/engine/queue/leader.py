"""Which of several schedulers runs the clock: whoever holds a lease that the database's own clock judges.

Nothing depends on there being only one: a row `run(job, period)` decides who does a job. One is enough, though.
"""

import secrets
import socket

from sqlalchemy import text

from hub.store import Store

TERM_S = 15.0
"""A leader that is cut off is followed by another after so long."""
_TAKE = text(
    "INSERT INTO hub_leader (name, holder, until) VALUES (:name, :holder, now() + make_interval(secs => :term))"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until"
    " WHERE hub_leader.holder = excluded.holder OR hub_leader.until < now() RETURNING holder"
)
_RESIGN = text("DELETE FROM hub_leader WHERE name = :name AND holder = :holder")


class Leadership:
    """One candidate."""

    def __init__(self, store: Store, name: str = "scheduler") -> None:
        self._store = store
        self._name = name
        self.holder = f"{socket.gethostname()} {secrets.token_hex(4)}"

    def held(self) -> bool:
        """Take the lease, or renew it; False if somebody else has it."""
        with self._store.write() as session:
            values = {"name": self._name, "holder": self.holder, "term": TERM_S}
            return session.execute(_TAKE, values).one_or_none() is not None

    def resign(self) -> None:
        """Let the next one begin at once."""
        with self._store.write() as session:
            session.execute(_RESIGN, {"name": self._name, "holder": self.holder})
