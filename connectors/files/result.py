"""The result file beside each processed file: what became of every row."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Status = Literal["accepted", "ignored", "skipped", "error"]
WHOLE_FILE = 0
"""The row number of an outcome that stands for all of the file."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, or with WHOLE_FILE of all of a sheet or file; `sheet` is empty where there are none."""

    row: int
    status: Status
    message: str = ""
    sheet: str = ""


def write_result(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write `row,status,message,sheet`, so that Excel shows it with accents and runs nothing of it."""
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("row", "status", "message", "sheet"))
        for outcome in outcomes:
            writer.writerow((outcome.row, outcome.status, neutral(outcome.message), neutral(outcome.sheet)))
    draft.replace(path)


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
