"""Rows of a CSV file, whatever Excel, a cash register or a person made of it."""

import csv
import io
from pathlib import Path

from hub.plugin import rows

from .errors import FileError

DELIMITERS = ",;\t|"
MAX_BYTES = 64 * 1024 * 1024


def read_csv(path: Path, max_rows: int) -> rows.Table:
    """The whole file as text cells.

    Raises:
        FileError: too big, not text, broken quoting.
    """
    if path.stat().st_size > MAX_BYTES:
        raise FileError(f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")
    text = _decoded(path.read_bytes())
    if "\x00" in text:
        raise FileError(f"row {text[: text.index(chr(0))].count(chr(10)) + 1} cannot be read: it holds a NUL byte")
    delimiter = _delimiter(text)
    return rows.Table(_rows(text, delimiter, max_rows), decimal_comma=delimiter == ";")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise FileError(f"row {row} cannot be read: the text is neither UTF-8 nor Windows-1252") from error


def _delimiter(text: str) -> str:
    # csv.Sniffer guesses from the data and fails on addresses and decimal commas; the header does not lie.
    header = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=unquoted.count)


def _rows(text: str, delimiter: str, max_rows: int) -> list[rows.Cells]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[rows.Cells] = []
    try:
        for row in reader:
            found.append([cell.strip() for cell in row])
            if len(found) > max_rows + 1:
                raise FileError(f"the file has more than {max_rows} rows; split it, or raise max_rows")
    except csv.Error as error:
        raise FileError(f"row {len(found) + 1} cannot be read: {error}") from error
    return found
