"""A file as cells: text, or the mark of a formula whose value nobody stored."""

from dataclasses import dataclass

Formula = dict[str, str]
"""`{"formula": "=B2*C2"}`: Excel has not calculated it, or the program that wrote the file never did."""
Cell = str | Formula
Cells = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file; the place in the list plus one is the number that a spreadsheet shows."""

    rows: list[Cells]
    decimal_comma: bool = False
