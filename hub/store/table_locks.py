"""Tables are changed while others work on them: PostgreSQL gives the lock at once, or the change begins again."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from hub.plugin import TransientError

LOCK_TIMEOUT_MS = 500
"""Under PostgreSQL's `deadlock_timeout` (1 s), so that the change gives way and no worker; who waits behind it waits
no longer than this either."""
PATIENCE_S = 120
_LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"


class TablesInUseError(TransientError):
    """Others held a table for too long; nothing was changed."""


def attempts() -> Retrying:
    """A change from its beginning, until nobody stands in its way or the patience ends."""
    return Retrying(
        retry=retry_if_exception_type(TablesInUseError),
        wait=wait_random(0.1, 1),
        stop=stop_after_delay(PATIENCE_S),
        reraise=True,
    )


def give_up_soon(connection: Connection) -> None:
    """Let this transaction wait for no lock longer than `LOCK_TIMEOUT_MS`."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))


def in_use(error: OperationalError) -> TablesInUseError | None:
    """What an error means if others held a table; None for any other error."""
    if getattr(error.orig, "sqlstate", None) not in (_LOCK_NOT_AVAILABLE, _DEADLOCK):
        return None
    hint = "nothing was changed: try again in a quieter moment, or stop whoever holds them (pg_stat_activity)"
    return TablesInUseError("others work on the tables without a pause", hint=hint)
