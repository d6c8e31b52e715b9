"""A table as cells: text, or the mark of a cell without a usable value."""

import re
from dataclasses import dataclass, field
from decimal import Context, Decimal

Mark = dict[str, str]
"""`{"formula": "=B2*C2"}`: nobody stored its value. `{"error": "#REF!"}`: the table says that it is wrong.
`{"several": "2 values"}`: more than one value where one belongs. `{"ambiguous": "12.345"}`: two numbers would fit."""
Cell = str | Mark
Cells = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a table, the header among them; the place in the list plus one is the number that people see.

    `keys`, if given, are the rows' own lasting identifiers, one for each row.
    """

    rows: list[Cells]
    decimal_comma: bool = False
    keys: list[str] = field(default_factory=list)


_ERROR = re.compile(r"#[¡¿]?[A-ZÁÉÍÓÚ]{1,9}(?:/[A0])?[!?]?")
"""`#REF!`, `#N/A`, `#DIV/0!`, `#VALUE!`, `#¡REF!`, `#¿NOMBRE?`: what spreadsheets show in place of a value."""
_DIGITS = Context(prec=15)
"""All that a spreadsheet keeps of a number; what a binary fraction adds behind them was never there."""


def text_cell(text: str) -> Cell:
    """The cell of a text: stripped, or the mark of the error that it spells."""
    bare = text.strip()
    return {"error": bare} if _ERROR.fullmatch(bare) else bare


def number_cell(number: int | Decimal) -> str:
    """The cell of a number, without exponent and without what a binary fraction adds: `43.2`, `1160`."""
    short = _DIGITS.create_decimal(number)
    return f"{short.normalize() if short == short.to_integral_value() else short:f}"
