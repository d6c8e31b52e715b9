"""One row, read by field; every complaint names the row and the column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from ..errors import DataError
from ..sale import Record
from . import values
from .columns import FieldName
from .table import Cell, Mark

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a record, with the header of each field. `where` is how people find it."""

    where: str
    cells: Mapping[str, Cell]
    headers: Mapping[str, str]
    decimal_comma: bool
    hint: str

    def text(self, field: FieldName) -> str:
        """The cell's text; empty if the cell or the column is."""
        cell = self.cells.get(self.headers.get(field, ""), "")
        if isinstance(cell, str):
            return cell
        raise self.error(field, unusable(cell))

    def parsed(self, field: FieldName, parse: Callable[[str], T]) -> T | None:
        """The cell's value; None if it is empty."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            raise self.error(field, str(error)) from error

    def amount(self, field: FieldName) -> Decimal | None:
        """The cell as a number."""
        return self.parsed(field, lambda text: values.number(text, decimal_comma=self.decimal_comma))

    def error(self, field: FieldName, why: str) -> DataError:
        """What to raise when the field cannot be used."""
        return DataError(f"{self.where}, column {self.headers.get(field, field)}: {why}", hint=self.hint, field=field)


def unusable(mark: Mark) -> str:
    """Why a marked cell has no value."""
    if "formula" in mark:
        return f"{mark['formula']} has no stored value; open the file in Excel and save it again"
    if "error" in mark:
        return f"the cell says {mark['error']}; mend its formula"
    if "ambiguous" in mark:
        return (
            f"{mark['ambiguous']!r} may mean thousands or decimals, for other numbers of this table are written the "
            "other way; write it without a mark of thousands, or with two decimals"
        )
    return f"the cell holds {mark.get('several', 'something')} where one value belongs"


def rows_of(record: Record, hint: str) -> list[Row]:
    """The rows of a record, in the table's order."""
    headers, comma, found = record["headers"], record["decimal_comma"], record["rows"]
    alone = record["id"] if len(found) == 1 else ""
    return [
        Row(_where(row, alone or f"line {place} of {record['id']}"), row["cells"], headers, comma, hint)
        for place, row in enumerate(found, 1)
    ]


def _where(row: Record, otherwise: str) -> str:
    return f"row {row['row']}" if "row" in row else otherwise
