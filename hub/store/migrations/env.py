"""Alembic's entry: runs on the connection that the Store gives."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import hub.store.tables  # noqa: F401  (registers the tables)
from hub.store.types import BigId, Json, Money, Said, UtcDateTime

NAMES = {Json: "Json", BigId: "BigId"}


def render(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write the column types in a new revision as this project names them."""
    if kind != "type":
        return False
    if isinstance(value, AutoString):
        return f"sa.String({value.length})" if value.length else "sa.String()"
    if isinstance(value, Said):
        return "sa.String()"
    if isinstance(value, (UtcDateTime, Money)):
        return f"{type(value).__name__}()"
    return next((name for known, name in NAMES.items() if value is known), False)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
