"""One row, read by field; every complaint names the row and the column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from hub.plugin import DataError, Record

from . import values
from .columns import FieldName
from .table import Cell

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a record, with the header of each field."""

    number: int
    cells: Mapping[str, Cell]
    headers: Mapping[str, str]
    decimal_comma: bool

    def text(self, field: FieldName) -> str:
        """The cell's text; empty if the cell or the column is."""
        cell = self.cells.get(self.headers.get(field, ""), "")
        if isinstance(cell, str):
            return cell
        raise self.error(field, f"{cell['formula']} has no stored value; open the file in Excel and save it again")

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
        return DataError(
            f"row {self.number}, column {self.headers.get(field, field)}: {why}",
            hint="correct the cell and drop the file again; rows already taken are not taken twice",
            field=field,
        )


def rows_of(record: Record) -> list[Row]:
    """The rows of a record, in the file's order."""
    headers, comma = record["headers"], record["decimal_comma"]
    return [Row(row["row"], row["cells"], headers, comma) for row in record["rows"]]
