"""Rows of an XLSX file, read without running anything in it."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from hub.plugin import ConfigError, rows

from .errors import FileError

MAX_UNPACKED = 256 * 1024 * 1024


def read_xlsx(path: Path, sheet: str, max_rows: int) -> rows.Table:
    """The values that Excel stored in one sheet.

    Raises:
        FileError: not an XLSX file, a zip bomb, no such sheet, too many rows.
        ConfigError: openpyxl is not installed.
    """
    _refuse_bombs(path)
    try:
        return _table(path, sheet, max_rows)
    except (FileError, ConfigError):
        raise
    except Exception as error:
        # The disk's own errors have a number; openpyxl raises OSError for what it does not find in a file, too.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        # A damaged file may fail anywhere in the libraries; it must stop itself only.
        raise FileError(f"Excel's file is damaged: {type(error).__name__}: {error}") from error


def _table(path: Path, sheet: str, max_rows: int) -> rows.Table:
    values = _cells(path, sheet, max_rows, data_only=True)
    if not _has_formulas(path):
        return rows.Table([[_text(value) for value in row] for row in values])
    formulas = _cells(path, sheet, max_rows, data_only=False)
    return rows.Table([list(_merged(*rows)) for rows in zip_longest(values, formulas, fillvalue=())])


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


def _cells(path: Path, sheet: str, max_rows: int, *, data_only: bool) -> list[tuple[Any, ...]]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise ConfigError(
            "reading XLSX files needs openpyxl", hint="pip install 'autofactura-hub[files]', or save the file as CSV"
        ) from error
    # openpyxl leaves a file open that it fails on.
    with path.open("rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=data_only)
        if sheet and sheet not in book.sheetnames:
            raise FileError(f"there is no sheet {sheet!r}; the file has {', '.join(book.sheetnames)}")
        chosen = book[sheet] if sheet else book.worksheets[0]
        # Some programs store a wrong size, and reading would stop there.
        chosen.reset_dimensions()
        return _up_to(chosen.iter_rows(values_only=True), max_rows)


def _up_to(rows: Iterable[tuple[Any, ...]], max_rows: int) -> list[tuple[Any, ...]]:
    kept: list[tuple[Any, ...]] = []
    for row in rows:
        kept.append(row)
        if len(kept) > max_rows + 1:
            raise FileError(f"the sheet has more than {max_rows} rows; split it, or raise max_rows")
    return kept


def _merged(values: tuple[Any, ...], formulas: tuple[Any, ...]) -> Iterator[rows.Cell]:
    for value, formula in zip_longest(values, formulas):
        if value is None and isinstance(formula, str) and formula.startswith("="):
            yield {"formula": formula}
        else:
            yield _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        # Fifteen digits are all that Excel itself keeps and shows.
        return f"{Decimal(format(value, '.15g')):f}"
    return str(value).strip()
