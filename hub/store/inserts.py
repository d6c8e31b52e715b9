"""Insert rows unless equal ones are there: the unique index decides, on both databases."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, SQLModel


def insert_new(session: Session, row: SQLModel) -> Any | None:
    """The new row's key, or None if a unique index says that it exists."""
    statement = _new_key(type(row), session.get_bind().dialect.name)
    return session.execute(statement, row.model_dump(exclude={"id"})).scalar_one_or_none()


def insert_all(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Many rows at once, given as the values of all their columns but `id`; those that exist stay as they are."""
    if rows:
        session.execute(_unless_there(table, session.get_bind().dialect.name), rows)


def insert_all_new(
    session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, by: str
) -> dict[Any, Any]:
    """The same; answers the keys of those that are new, by a column that tells them apart."""
    if not rows:
        return {}
    statement = _new_keys(table, session.get_bind().dialect.name, by)
    return {row[0]: row[1] for row in session.execute(statement, rows)}


def complete(table: type[SQLModel], **values: Any) -> dict[str, Any]:
    """The values of all columns but `id`; a model would be made for the same, at many times the cost."""
    fixed, made = _defaults(table)
    return {**fixed, **{name: make() for name, make in made.items()}, **values}


@cache
def _defaults(table: type[SQLModel]) -> tuple[dict[str, Any], dict[str, Any]]:
    given = {name: one for name, one in table.model_fields.items() if name != "id" and not one.is_required()}
    made = {name: one.default_factory for name, one in given.items() if one.default_factory is not None}
    return {name: one.default for name, one in given.items() if name not in made}, made


@cache
def _new_key(table: type[SQLModel], dialect: str) -> ReturningInsert[tuple[Any]]:
    """Made once: it is the same for every row, and costly to make."""
    return _unless_there(table, dialect).returning(next(iter(inspect(table).local_table.primary_key)))


@cache
def _new_keys(table: type[SQLModel], dialect: str, by: str) -> ReturningInsert[tuple[Any, Any]]:
    columns = inspect(table).local_table
    return _unless_there(table, dialect).returning(columns.c[by], next(iter(columns.primary_key)))


@cache
def _unless_there(table: type[SQLModel], dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(inspect(table).local_table).on_conflict_do_nothing()
