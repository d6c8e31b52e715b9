"""Rows -> records: rows with the same id are the lines of one sale."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hub.plugin import Record

from .columns import REQUIRED, FieldName, places_of, plain
from .config import FilesConfig
from .errors import FileError
from .result import Outcome
from .table import Cell, Cells, Table

TOTALS = frozenset(
    map(plain, ("total", "totales", "subtotal", "suma", "sumas", "suma total", "gran total", "total general"))
)
MAX_CELL = 5000


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: records in the order of their first row, and the rows that are none."""

    records: list[Record]
    skipped: list[Outcome] = field(default_factory=list)


def grouped(table: Table, name: str, config: FilesConfig) -> Content:
    """The records of a file.

    Raises:
        FileError: the header is missing or does not fit.
    """
    start = next((place for place, row in enumerate(table.rows) if any(row)), None)
    if start is None:
        raise FileError("the file is empty")
    header = [cell if isinstance(cell, str) else "" for cell in table.rows[start]]
    places = places_of(header, config.names_of, {*REQUIRED, *config.columns})
    common = {
        "file": name,
        "headers": {each: header[place] for each, place in places.items()},
        "decimal_comma": table.decimal_comma,
    }
    return _content(_numbered(table.rows, start), header, places, common)


def _numbered(rows: list[Cells], start: int) -> Iterator[tuple[int, Cells]]:
    return ((number, row) for number, row in enumerate(rows[start + 1 :], start + 2) if any(row))


def _content(
    rows: Iterator[tuple[int, Cells]], header: list[str], places: Mapping[FieldName, int], common: Record
) -> Content:
    content, by_id = Content([]), dict[str, Record]()
    for number, row in rows:
        cells: dict[str, Cell] = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
        identifier = cells.get(header[places["id"]], "")
        if _is_totals(identifier, cells):
            content.skipped.append(Outcome(number, "skipped", "a row of totals"))
            continue
        problem = _problem(number, row, header, identifier)
        if problem:
            content.records.append(common | {"problem": problem, "rows": [{"row": number, "cells": cells}]})
            continue
        record = by_id.get(str(identifier))
        if record is None:
            record = by_id[str(identifier)] = common | {"id": identifier, "rows": []}
            content.records.append(record)
        record["rows"].append({"row": number, "cells": cells})
    return content


def _is_totals(identifier: Cell, cells: Mapping[str, Cell]) -> bool:
    texts = [identifier] if identifier else cells.values()
    return any(isinstance(text, str) and plain(text) in TOTALS for text in texts)


def _problem(number: int, row: Cells, header: list[str], identifier: Cell) -> str:
    if any(row[len(header) :]):
        return f"row {number} has {len(row)} cells, the header has {len(header)}; quote text that holds the delimiter"
    if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in row):
        return f"row {number} has a cell of more than {MAX_CELL} characters"
    if not isinstance(identifier, str):
        return f"row {number}: the id is a formula without a stored value; open the file in Excel and save it"
    return "" if identifier else f"row {number} has no id"
