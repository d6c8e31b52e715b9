"""What was read of one file: its sheets with sales, and the sheets that were left out with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hub.plugin import Record, rows

from .config import FilesConfig
from .errors import FileError

HIDDEN = "it is hidden; name it under `sheet` if it has sales"


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of each sheet by its name, in the file's order; a text file is one sheet without a name."""

    sheets: dict[str, rows.Content]
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def records(self) -> list[Record]:
        """Those of all sheets."""
        return [record for content in self.sheets.values() for record in content.records]


def of_tables(tables: Mapping[str, rows.Table | None], config: FilesConfig, common: Record) -> Reading:
    """Read each table that has the header of sales.

    A sheet without that header is left out. One that nearly has it, or whose header fits in two ways, is a record with
    a problem: sales would be missing without a word.

    Args:
        tables: each sheet's, in order; None for a hidden one.
        config: the source's.
        common: what each record says besides.

    Raises:
        TableError: none of them has it.
    """
    wanted = {name: table for name, table in tables.items() if table is not None}
    left_out = {name: HIDDEN for name, table in tables.items() if table is None}
    if len(wanted) == 1:
        ((name, table),) = wanted.items()
        return Reading({name: rows.grouped(table, config, common)}, left_out)
    found: dict[str, rows.Content] = {}
    for name, table in wanted.items():
        try:
            found[name] = rows.grouped(table, config, common | {"sheet": name})
        except rows.NoHeaderError as error:
            if error.nearly:
                found[name] = _stopped(name, error, common)
            else:
                left_out[name] = str(error)
        except rows.TableError as error:
            found[name] = _stopped(name, error, common)
    if not found:
        raise FileError("no sheet has the header of sales: " + "; ".join(f"{n}: {why}" for n, why in left_out.items()))
    return Reading(_each_sale_once(found), {name: left_out[name] for name in tables if name in left_out})


def _stopped(sheet: str, error: rows.TableError, common: Record) -> rows.Content:
    return rows.Content([common | {"sheet": sheet, "problem": str(error), "rows": []}])


def _each_sale_once(sheets: dict[str, rows.Content]) -> dict[str, rows.Content]:
    """An id that stands in several sheets is one sale if its rows are equal, and nobody's guess if they are not."""
    held: dict[str, list[Record]] = {}
    for record in (record for content in sheets.values() for record in content.records if "id" in record):
        held.setdefault(str(record["id"]), []).append(record)
    dropped: set[int] = set()
    for identifier, (first, *others) in held.items():
        if all(_cells(other) == _cells(first) for other in others):
            dropped.update(map(id, others))
            continue
        named = " and ".join(record["sheet"] for record in (first, *others))
        for record in (first, *others):
            record["problem"] = f"{identifier} stands in the sheets {named}, and its rows differ"
    return {name: _without(content, dropped) for name, content in sheets.items()}


def _without(content: rows.Content, dropped: set[int]) -> rows.Content:
    repeated = {row["row"]: 0 for record in content.records if id(record) in dropped for row in record["rows"]}
    kept = [record for record in content.records if id(record) not in dropped]
    return replace(content, records=kept, repeated=content.repeated | repeated)


def _cells(record: Record) -> list[object]:
    return [row["cells"] for row in record["rows"]]
