"""What became of each sale, written into columns of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from hub.plugin import ConfigError, Outcome, rows

from .api import Airtable
from .asking import either, of_rows, of_sales
from .cells import cell_of
from .layout import COMPUTED, Layout

GONE = "no row has this id any more"
ENOUGH = frozenset({"create", "edit", "owner"})

Row = dict[str, Any]


def check(airtable: Airtable, layout: Layout) -> str:
    """Prove that there are columns to write to, and that the token's owner may edit the base.

    Raises:
        ConfigError: a column or a permission is missing.
    """
    columns = columns_of(airtable, layout)
    info = next((one for one in airtable.sdk.bases() if one.id == airtable.config.base), None)
    level = str(info.permission_level) if info else "none"
    if level not in ENOUGH:
        raise ConfigError(
            f"the token's owner may not edit base {airtable.config.base} (permission: {level})",
            hint="make its owner an editor of the base, and give the token the scope data.records:write",
        )
    return f"{layout.table_name}: {', '.join(columns.values())} can be written"


def columns_of(airtable: Airtable, layout: Layout) -> dict[rows.WrittenName, str]:
    """The column of each thing that is written.

    Raises:
        ConfigError: there is none, or Airtable computes it.
    """
    header = list(layout.types)
    try:
        places = rows.written_places(header, airtable.config.written_names_of)
    except rows.TableError as error:
        raise ConfigError(f"table {airtable.config.table!r}: {error}", hint="add the column in Airtable") from error
    columns = {name: header[place] for name, place in places.items()}
    fixed = [name for name in columns.values() if layout.types[name] in COMPUTED or name in layout.header]
    if fixed:
        raise ConfigError(f"column {fixed[0]!r} cannot be written", hint="make it a text column of its own")
    return columns


def write(airtable: Airtable, layout: Layout, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Write each outcome into every row of its sale; rows that say so already are left alone."""
    columns = columns_of(airtable, layout)
    found = _rows(airtable, layout, outcomes, columns.values())
    refused, changes = dict[str, str](), list[Row]()
    for outcome in outcomes:
        mine = _of(outcome, layout, found)
        if not mine:
            refused[outcome.id] = GONE
        texts = rows.written_cells(outcome, lambda one: one.at.astimezone(UTC).isoformat(timespec="seconds"))
        fields = {column: texts[name] or None for name, column in columns.items()}
        # The time alone is no news: two ways of writing it are the same time.
        told = {column for name, column in columns.items() if name != "fecha"}
        changes += [{"id": row["id"], "fields": fields} for row in mine if _differs(row, fields, told)]
    if changes:
        airtable.table.batch_update(changes, typecast=True)  # type: ignore[arg-type]
    return refused


def _rows(airtable: Airtable, layout: Layout, outcomes: Sequence[Outcome], columns: Iterable[str]) -> list[Row]:
    asked = of_sales(layout, [outcome.id for outcome in outcomes])
    aliases = [alias for outcome in outcomes for alias in outcome.aliases if alias.startswith("rec")]
    if aliases:
        asked = either(asked, of_rows(aliases))
    fields = dict.fromkeys([*filter(None, [layout.id_column]), *columns])
    parts = airtable.table.iterate(fields=list(fields), formula=asked, page_size=100)
    return [dict(row) for part in parts for row in part]


def _of(outcome: Outcome, layout: Layout, found: Sequence[Row]) -> list[Row]:
    if not layout.id_column:
        return [row for row in found if row["id"] == outcome.id]
    named = [row for row in found if cell_of(row["fields"].get(layout.id_column)) == outcome.id]
    # A row whose folio somebody edited is still the row of its sale.
    return named or [row for row in found if row["id"] in outcome.aliases]


def _differs(row: Row, fields: Row, told: set[str]) -> bool:
    return any((row["fields"].get(column) or None) != fields[column] for column in told) or not told
