"""Insert a row unless an equal one is there: the unique index decides, on both databases."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, row: SQLModel) -> Any | None:
    """The new row's key, or None if a unique index says that it exists."""
    table = inspect(type(row)).local_table
    values = row.model_dump(exclude={"id"})
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = next(iter(table.primary_key))
    return session.execute(insert(table).values(**values).on_conflict_do_nothing().returning(key)).scalar_one_or_none()
