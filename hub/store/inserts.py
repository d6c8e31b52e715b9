"""Insert a row unless an equal one is there: the unique index decides, on both databases."""

from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel


def insert_new(session: Session, row: SQLModel) -> Any | None:
    """The new row's key, or None if a unique index says that it exists."""
    statement = _unless_there(type(row), session.get_bind().dialect.name)
    return session.execute(statement, row.model_dump(exclude={"id"})).scalar_one_or_none()


@cache
def _unless_there(table: type[SQLModel], dialect: str) -> ReturningInsert[tuple[Any]]:
    """Made once: it is the same for every row, and costly to make."""
    into = inspect(table).local_table
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(into).on_conflict_do_nothing().returning(next(iter(into.primary_key)))
