"""Claiming a row, and letting it go: the fence that makes every step safe to run again."""

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col

from hub.store import Cfdi, Delivery, InboxItem, Restoration, SourceState, Store, Ticket, WriteBackState
from hub.store.tables import Work

TABLES: dict[str, type[Work]] = {
    "inbox": InboxItem,
    "ticket": Ticket,
    "cfdi": Cfdi,
    "delivery": Delivery,
    "source": SourceState,
    "write_back": WriteBackState,
    "restoration": Restoration,
}
Row = TypeVar("Row", bound=Work)

_STEPS_S = (5, 15, 60, 300, 900, 1800, 3600)
_LASTS_AFTER = 5


class LostClaimError(Exception):
    """Somebody else claimed the row meanwhile: drop what was done, the row is in good hands."""


def claim(store: Store, table: type[Row], row_id: int, *, now: datetime, lease: timedelta) -> tuple[Row, str] | None:
    """Take a due row for a lease; None if it is not due any more."""
    with store.write() as session:
        return take(session, table, row_id, now=now, lease=lease)


def take(session: Session, table: type[Row], row_id: int, *, now: datetime, lease: timedelta) -> tuple[Row, str] | None:
    """The same inside a transaction that goes on to do something with the row."""
    token = secrets.token_hex(16)
    claimed = {"claimed_id": row_id, "now": now, "until": now + lease, "new_token": token}
    row: Row | None = session.scalars(_claiming(table), claimed).one_or_none()
    return None if row is None else (row, token)


def take_locked(row: Work, *, now: datetime, lease: timedelta) -> str:
    """The same for a row that the transaction has locked and found free: its new token."""
    row.token, row.due_at = secrets.token_hex(16), now + lease
    row.attempts += 1
    return row.token


def held(session: Session, table: type[Row], row_id: int, token: str) -> Row:
    """The claimed row again, in the transaction that records the effect.

    Raises:
        LostClaimError: the lease ran out and another worker took it.
    """
    row: Row | None = session.scalars(_holding(table), {"held_id": row_id, "held_token": token}).one_or_none()
    if row is None:
        raise LostClaimError(f"{table.__name__} {row_id}")
    return row


def finish(row: Work) -> None:
    """Nothing more to do for now."""
    row.due_at, row.token, row.attempts = None, None, 0


def due(row: Work, at: datetime) -> None:
    """The next step may run at `at`; counts as a fresh start."""
    row.due_at, row.token, row.attempts = at, None, 0


def lasts(row: Work) -> bool:
    """Whether a trouble that should pass by itself has gone on for so long that a person should know."""
    return row.attempts > _LASTS_AFTER


def again(row: Work, now: datetime, *, after_s: float | None = None) -> None:
    """Try the same step again, later each time, or when the remote side asked for."""
    wait_s = after_s if after_s is not None else _STEPS_S[min(row.attempts, len(_STEPS_S)) - 1]
    row.due_at, row.token = now + timedelta(seconds=wait_s), None


@cache
def _claiming(table: type[Work]) -> ReturningUpdate[Any]:
    """Made once, like the next: it is the same for every row, and costly to make."""
    mine = update(table).where(col(table.id) == bindparam("claimed_id"), col(table.due_at) <= bindparam("now"))
    values = {"token": bindparam("new_token"), "due_at": bindparam("until"), "attempts": col(table.attempts) + 1}
    options = {"synchronize_session": False, "populate_existing": True}
    return mine.values(values).returning(table).execution_options(**options)


@cache
def _holding(table: type[Work]) -> Select[Any]:
    ours = select(table).where(col(table.id) == bindparam("held_id"), col(table.token) == bindparam("held_token"))
    return ours.with_for_update()
