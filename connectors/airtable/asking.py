"""Airtable formulas: which rows are asked for."""

from collections.abc import Iterable
from datetime import UTC, datetime

from .layout import Layout


def changed_since(layout: Layout, since: datetime) -> str:
    """Rows that were created, or of which a field was edited, at that moment or later."""
    moment = f"'{since.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z'"
    edited = (
        column(layout.modified) if layout.modified else f"LAST_MODIFIED_TIME({', '.join(map(column, layout.edited))})"
    )
    return f"OR(NOT(IS_BEFORE({edited}, {moment})), NOT(IS_BEFORE(CREATED_TIME(), {moment})))"


def of_sales(layout: Layout, sales: Iterable[str]) -> str:
    """Rows of these sales."""
    named = f"{column(layout.id_column)}&''" if layout.id_column else "RECORD_ID()"
    return _any(f"{named}={text(sale)}" for sale in sales)


def of_rows(keys: Iterable[str]) -> str:
    """Rows with these ids of Airtable's own."""
    return _any(f"RECORD_ID()={text(key)}" for key in keys)


def both(first: str, second: str) -> str:
    """Rows that meet both; an empty formula is met by all."""
    return f"AND({first}, {second})" if first and second else first or second


def either(first: str, second: str) -> str:
    """Rows that meet one of two."""
    return f"OR({first}, {second})"


def column(name: str) -> str:
    """A column as formulas name it."""
    return "{" + name.replace("\\", "\\\\").replace("}", "\\}") + "}"


def text(value: str) -> str:
    """A text as formulas write it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _any(conditions: Iterable[str]) -> str:
    found = list(conditions)
    return f"OR({', '.join(found)})" if len(found) > 1 else found[0]
