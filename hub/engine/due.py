"""What is due, of every kind, in one question to the database: the engine asks it after each step."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, bindparam, literal, literal_column, select, union_all
from sqlmodel import Session

from hub.flow.work import TABLES

from .advance import MANY
from .places import WHOSE


class DueRow(NamedTuple):
    """A row that wants its step. `state` is said of those that may go together with others."""

    id: int
    state: str


def due_rows(
    session: Session,
    now: datetime,
    most: Mapping[str, int],
    *,
    not_rows: Mapping[str, Sequence[int]],
    not_of: Mapping[str, Sequence[str]],
) -> dict[str, list[DueRow]]:
    """For each kind, in the order of `most`, the rows that have been due for longest, at most so many.

    Left out are the rows `not_rows`, and those of the configured plugins `not_of`.
    """
    question = _question(tuple(most), frozenset(not_rows), frozenset(not_of))
    values: dict[str, Any] = {f"most_{entity}": count for entity, count in most.items()}
    values |= {f"rows_{entity}": rows for entity, rows in not_rows.items()}
    values |= {f"of_{entity}": names for entity, names in not_of.items()}
    found: dict[str, list[DueRow]] = {entity: [] for entity in most}
    for entity, row_id, state, _ in session.execute(question, {"now": now, **values}):
        found[entity].append(DueRow(row_id, state))
    return found


@cache
def _question(
    kinds: Sequence[str], without_rows: AbstractSet[str], without_of: AbstractSet[str]
) -> CompoundSelect[Any]:
    """Made once: it is the same every time, and costly to make."""
    parts = [_part(kind, without_rows=kind in without_rows, without_of=kind in without_of) for kind in kinds]
    return union_all(*parts).order_by(literal_column("4"))


def _part(entity: str, *, without_rows: bool, without_of: bool) -> Select[Any]:
    columns: Any = TABLES[entity].__table__.c  # type: ignore[attr-defined]
    state = columns.state if entity in MANY else literal("")
    due = select(literal(entity).label("entity"), columns.id, state.label("state"), columns.due_at)
    due = due.where(columns.due_at <= bindparam("now")).order_by(columns.due_at).limit(bindparam(f"most_{entity}"))
    if without_rows:
        due = due.where(columns.id.not_in(bindparam(f"rows_{entity}", expanding=True)))
    if without_of:
        due = due.where(columns[WHOSE[entity][1]].not_in(bindparam(f"of_{entity}", expanding=True)))
    return select(due.subquery())
