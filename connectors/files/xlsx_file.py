"""Rows of an XLSX file, read without running anything in it."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from hub.plugin import ConfigError, rows

from .errors import FileError

Row = tuple[Any, ...]
MAX_UNPACKED = 256 * 1024 * 1024


def read_xlsx(path: Path, sheets: Sequence[str], max_rows: int) -> dict[str, rows.Table | None]:
    """The values that Excel stored, by sheet, in the order of the file; None for a hidden one.

    Args:
        path: the file.
        sheets: those to read, hidden or not; none for all.
        max_rows: the most that one may have.

    Raises:
        FileError: not an XLSX file, a zip bomb, no such sheet, too many rows.
        ConfigError: openpyxl is not installed.
    """
    _refuse_bombs(path)
    try:
        return _tables(path, sheets, max_rows)
    except (FileError, ConfigError):
        raise
    except Exception as error:
        # The disk's own errors have a number; openpyxl raises OSError for what it does not find in a file, too.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        # A damaged file may fail anywhere in the libraries; it must stop itself only.
        raise FileError(f"Excel's file is damaged: {type(error).__name__}: {error}") from error


def _tables(path: Path, sheets: Sequence[str], max_rows: int) -> dict[str, rows.Table | None]:
    values = _cells(path, sheets, max_rows, data_only=True)
    formulas = _cells(path, sheets, max_rows, data_only=False) if _has_formulas(path) else values
    return {name: _table(found, formulas[name] or []) for name, found in values.items()}


def _table(values: list[Row] | None, formulas: list[Row]) -> rows.Table | None:
    if values is None:
        return None
    if formulas is values:
        return rows.Table([[_text(value) for value in row] for row in values])
    return rows.Table([list(_merged(*both)) for both in zip_longest(values, formulas, fillvalue=())])


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise FileError("this is not an XLSX file; if it has a password, save it without one") from error
    if unpacked > MAX_UNPACKED:
        raise FileError(f"the file unpacks to {unpacked // 1024 // 1024} MB, more than any list of sales")


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in content or b"<f " in content for content in map(archive.read, sheets))


def _cells(path: Path, sheets: Sequence[str], max_rows: int, *, data_only: bool) -> dict[str, list[Row] | None]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ConfigError(
            "reading XLSX files needs openpyxl", hint="pip install 'autofactura-hub[files]', or save the file as CSV"
        ) from error
    # openpyxl leaves a file open that it fails on.
    with path.open("rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=data_only)
        missing = next((name for name in sheets if name not in book.sheetnames), None)
        if missing is not None:
            raise FileError(f"there is no sheet {missing!r}; the file has {', '.join(book.sheetnames)}")
        chosen = [sheet for sheet in book.worksheets if sheet.title in sheets or not sheets]
        return {
            sheet.title: _rows(sheet, max_rows) if sheets or sheet.sheet_state == "visible" else None
            for sheet in chosen
        }


def _rows(sheet: Any, max_rows: int) -> list[Row]:
    # Some programs store a wrong size, and reading would stop there.
    sheet.reset_dimensions()
    return _up_to(sheet.iter_rows(values_only=True), max_rows)


def _up_to(rows: Iterable[Row], max_rows: int) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        kept.append(row)
        if len(kept) > max_rows + 1:
            raise FileError(f"the sheet has more than {max_rows} rows; split it, or raise max_rows")
    return kept


def _merged(values: Row, formulas: Row) -> Iterator[rows.Cell]:
    for value, formula in zip_longest(values, formulas):
        if value is None and isinstance(formula, str) and formula.startswith("="):
            yield {"formula": formula}
        else:
            yield _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A day number without a fraction is a day: a date cell has no other way to say so.
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        # Fifteen digits are all that Excel itself keeps and shows.
        return f"{Decimal(format(value, '.15g')):f}"
    return str(value).strip()
