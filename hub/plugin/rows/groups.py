"""Rows -> records: rows with the same id are the lines of one sale."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ..sale import Record
from .columns import REQUIRED, FieldName, places_of, plain
from .config import RowsConfig, SharedRowsConfig
from .errors import NoHeaderError
from .marks import decimal_marks, is_ambiguous
from .row import unusable
from .table import Cell, Cells, Mark, Table
from .written import WRITTEN

TOTALS = frozenset(
    map(plain, ("total", "totales", "subtotal", "suma", "sumas", "suma total", "gran total", "total general"))
)
MAX_CELL = 5000
SHOWN = 60
AMOUNTS: tuple[FieldName, ...] = ("quantity", "unit_price", "discount", "iva", "total")


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: records in the order of their first row, and the numbers of rows of totals.

    `repeated` has the number of each row that counts once only, and of the row that it repeats.
    """

    records: list[Record]
    totals: list[int] = field(default_factory=list)
    repeated: dict[int, int] = field(default_factory=dict)


def grouped(table: Table, config: RowsConfig, common: Record, *, needed: Collection[FieldName] = REQUIRED) -> Content:
    """The records of a table. The first row that is not empty is its header.

    Args:
        table: all of it.
        config: the source's. A `SharedRowsConfig` keeps only the columns that are fields, and neither their place
            nor the number of a row: people sort such tables and add columns, which changes no sale.
        common: what each record says besides, such as its file, or `timezone` for dates without one.
        needed: fields without whose column the table is refused, besides those that `config.columns` names. Where
            `id` is not needed and has no column, a row's key is its id.

    Raises:
        NoHeaderError: the header is missing, or lacks a column.
        TableError: it does not fit.
    """
    start = next((place for place, row in enumerate(table.rows) if any(row)), None)
    if start is None:
        raise NoHeaderError("there is no header: all cells are empty")
    header = [cell if isinstance(cell, str) else "" for cell in table.rows[start]]
    places = places_of(header, config.names_of, {*needed, *config.columns})
    headers = {each: header[place] for each, place in places.items()}
    common = common | {"headers": headers, "decimal_comma": table.decimal_comma}
    doubtful = _ambiguous(table, places, start)
    return _Grouping(table, config, header, places, common, _written(header, config), doubtful).content(start)


def _ambiguous(table: Table, places: dict[FieldName, int], start: int) -> dict[int, frozenset[str]]:
    """The column of each amount -> the texts in it that could be two numbers."""
    body = table.rows[start + 1 :]
    held = {
        place: {_text_at(row, place) for row in body} for each in AMOUNTS if (place := places.get(each)) is not None
    }
    seen = decimal_marks(text for texts in held.values() for text in texts)
    comma = table.decimal_comma
    return {
        place: frozenset(text for text in texts if is_ambiguous(text, seen, decimal_comma=comma))
        for place, texts in held.items()
    }


def _text_at(row: Cells, place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return cell if isinstance(cell, str) else ""


def _written(header: list[str], config: RowsConfig) -> frozenset[int]:
    if not isinstance(config, SharedRowsConfig):
        return frozenset()
    names = {plain(name) for written in WRITTEN for name in config.written_names_of(written)}
    return frozenset(place for place, name in enumerate(header) if plain(name) in names)


@dataclass(frozen=True, slots=True)
class _Grouping:
    table: Table
    config: RowsConfig
    header: list[str]
    places: dict[FieldName, int]
    common: Record
    written: frozenset[int]
    ambiguous: dict[int, frozenset[str]]

    @property
    def _shared(self) -> SharedRowsConfig | None:
        return self.config if isinstance(self.config, SharedRowsConfig) else None

    def content(self, start: int) -> Content:
        content, by_id, seen = Content([]), dict[str, Record](), dict[str, list[tuple[int, Cells]]]()
        for number, row in self._numbered(start):
            cells = self._cells(row)
            if not cells and self._shared:
                continue  # only cells that are no field's
            identifier = self._identifier(number, cells)
            if _is_totals(identifier, cells):
                content.totals.append(number)
                continue
            problem = self._problem(number, row, cells, identifier)
            if problem:
                content.records.append(self.common | {"problem": problem, "rows": [self._entry(number, cells)]})
            elif (record := by_id.get(str(identifier))) is not None:
                first = self._pasted(row, number, seen[str(identifier)])
                if first:
                    content.repeated[number] = first
                else:
                    self._add(record, number, cells)
            else:
                seen[str(identifier)] = [(number, self._typed(row))]
                record = self.common | {"id": identifier, "rows": [self._entry(number, cells)]}
                by_id[str(identifier)] = record
                content.records.append(record)
        return content

    def _numbered(self, start: int) -> Iterator[tuple[int, Cells]]:
        return ((number, row) for number, row in enumerate(self.table.rows[start + 1 :], start + 2) if any(row))

    def _cells(self, row: Cells) -> dict[str, Cell]:
        wanted = set(self.places.values()) if self._shared else range(len(self.header))
        cells = enumerate(zip(self.header, row, strict=False))
        return {name: self._usable(place, cell) for place, (name, cell) in cells if name and cell and place in wanted}

    def _usable(self, place: int, cell: Cell) -> Cell:
        doubtful = isinstance(cell, str) and cell in self.ambiguous.get(place, ())
        return {"ambiguous": str(cell)} if doubtful else cell

    def _identifier(self, number: int, cells: dict[str, Cell]) -> Cell:
        if "id" in self.places:
            return cells.get(self.header[self.places["id"]], "")
        return self.table.keys[number - 1] if self.table.keys else ""

    def _entry(self, number: int, cells: dict[str, Cell]) -> Record:
        key = {"key": self.table.keys[number - 1]} if self.table.keys else {}
        return ({} if self._shared else {"row": number}) | key | {"cells": cells}

    def _add(self, record: Record, number: int, cells: dict[str, Cell]) -> None:
        if self._shared and self._shared.rows_per_sale == "one":
            record["problem"] = f"{record['id']} stands in more than one row, and the rows differ"
        record["rows"].append(self._entry(number, cells))

    def _pasted(self, row: Cells, number: int, seen: list[tuple[int, Cells]]) -> int:
        """The number of the row that this one repeats; 0 if it counts."""
        typed = self._typed(row)
        first = next((place for place, other in seen if other == typed), 0)
        if first and self.config.repeated_rows == "once":
            return first
        seen.append((number, typed))
        return 0

    def _typed(self, row: Cells) -> Cells:
        """What people wrote, in every column: two lines may differ in one that is no field."""
        cells = [cell for place, cell in enumerate(row[: len(self.header)]) if place not in self.written]
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _problem(self, number: int, row: Cells, cells: dict[str, Cell], identifier: Cell) -> str:
        where = f"row {number}" if self._shared is None else f"the row with {_shown(cells)}"
        if any(row[len(self.header) :]) and not self._shared:
            have = f"{len(row)} cells, the header has {len(self.header)}"
            return f"{where} has {have}; quote text that holds the delimiter"
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in (cells.values() if self._shared else row)):
            return f"{where} has a cell of more than {MAX_CELL} characters"
        if not isinstance(identifier, str):
            return f"{where}: the id cannot be used: {_reason(identifier)}"
        return "" if identifier else f"{where} has no id"


def _reason(mark: Mark) -> str:
    if "formula" in mark:
        return "it is a formula without a stored value; open the file in Excel and save it"
    return unusable(mark)


def _shown(cells: dict[str, Cell]) -> str:
    texts = [cell for cell in cells.values() if isinstance(cell, str)]
    return repr(", ".join(texts)[:SHOWN])


def _is_totals(identifier: Cell, cells: dict[str, Cell]) -> bool:
    texts = [identifier] if identifier else cells.values()
    return any(isinstance(text, str) and plain(text) in TOTALS for text in texts)
