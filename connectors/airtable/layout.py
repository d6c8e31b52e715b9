"""How a table is laid out: which of its columns is which field, and which one tells when a row changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.plugin import ConfigError, rows

from .api import Airtable

NEEDED: tuple[rows.FieldName, ...] = ("sold_at", "total")
LAST_MODIFIED = "lastModifiedTime"
COMPUTED = frozenset(
    {
        LAST_MODIFIED,
        "aiText",
        "autoNumber",
        "button",
        "count",
        "createdBy",
        "createdTime",
        "externalSyncSource",
        "formula",
        "lastModifiedBy",
        "multipleLookupValues",
        "rollup",
    }
)
"""Types that nobody types in: a formula cannot ask when they were edited, and nothing can be written there."""
HEAVY = frozenset({"multipleAttachments"})
"""Types whose values are other ones each time: the addresses of attachments expire."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table. `id_column` is empty where a row's own id is the sale's."""

    table_id: str
    table_name: str
    types: dict[str, str]
    places: dict[rows.FieldName, str]
    modified: str

    @property
    def id_column(self) -> str:
        """The column whose text names the sale."""
        return self.places.get("id", "")

    @property
    def header(self) -> list[str]:
        """The columns that are fields, and kept in a record."""
        return list(self.places.values())

    @property
    def read(self) -> list[str]:
        """The columns that are asked for: besides the fields all that people type, to tell a row pasted twice."""
        typed = [name for name, kind in self.types.items() if kind not in COMPUTED | HEAVY]
        return list(dict.fromkeys([*self.header, *typed]))

    @property
    def edited(self) -> list[str]:
        """Columns that people edit and that are fields: a change of one of them is a change of the sale."""
        return [name for name in self.header if self.types[name] not in COMPUTED]


def layout_of(airtable: Airtable) -> Layout:
    """Read how the table is laid out.

    Raises:
        ConfigError: there is no such table, or its columns do not fit; with a sentence that names them.
    """
    config, tables = airtable.config, airtable.base.schema().tables
    table = next((one for one in tables if config.table in {one.id, one.name}), None)
    if table is None:
        have = ", ".join(one.name for one in tables) or "none"
        raise ConfigError(f"base {config.base} has no table {config.table!r}", hint=f"it has: {have}")
    types = {field.name: str(getattr(field.type, "value", field.type)) for field in table.fields}
    header = list(types)
    places = fitted(header, airtable)
    return Layout(table.id, table.name, types, places, _modified(types, config.modified_column))


def fitted(header: Sequence[str], airtable: Airtable) -> dict[rows.FieldName, str]:
    """The column of each field."""
    config = airtable.config
    try:
        places = rows.places_of(header, config.names_of, {*NEEDED, *config.columns})
    except rows.TableError as error:
        hint = "rename the column in Airtable, or name it under `columns`"
        raise ConfigError(f"table {config.table!r}: {error}", hint=hint) from error
    return {field: header[place] for field, place in places.items()}


def _modified(types: dict[str, str], wanted: str) -> str:
    if wanted:
        if wanted not in types:
            raise ConfigError(f"there is no column {wanted!r}", hint="correct modified_column, or leave it out")
        return wanted
    found = [name for name, kind in types.items() if kind == LAST_MODIFIED]
    if len(found) > 1:
        several = ", ".join(map(repr, found))
        raise ConfigError(f"{several} could all tell when a row changed", hint="say which as modified_column")
    return found[0] if found else ""
