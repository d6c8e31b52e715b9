"""A value of Airtable's JSON -> a cell."""

from decimal import Decimal
from typing import Any

from hub.plugin import rows


def cell_of(value: Any) -> rows.Cell:
    """Text, or the mark of a formula's error or of several values where one belongs."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, str):
        return rows.text_cell(value)
    if isinstance(value, int | Decimal):
        return rows.number_cell(value)
    if isinstance(value, list):
        # A lookup is a list even of one.
        return cell_of(value[0]) if len(value) == 1 else _several(f"{len(value)} values") if value else ""
    return _object(value) if isinstance(value, dict) else _several(type(value).__name__)


def _object(value: dict[str, Any]) -> rows.Cell:
    for name in ("error", "specialValue"):
        if isinstance(value.get(name), str):
            return {"error": value[name]}
    # A person: Airtable gives id, email and name.
    said = value.get("email") or value.get("name")
    return rows.text_cell(said) if isinstance(said, str) else _several("an object")


def _several(what: str) -> rows.Mark:
    return {"several": what}
