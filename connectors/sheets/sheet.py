"""One sheet, read whole: a spreadsheet says of no row when it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from hub.plugin import ConfigError, Record, rows

from .api import Spreadsheet

LOADING = frozenset({"Loading...", "Cargando..."})
MEXICO_CITY = "America/Mexico_City"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet from its header on; the first row is number `config.header_row`."""

    title: str
    timezone: str
    cells: list[rows.Cells]

    @property
    def header(self) -> list[str]:
        """The headers, in their places."""
        return [cell if isinstance(cell, str) else "" for cell in self.cells[0]] if self.cells else []


def sheet_of(spreadsheet: Spreadsheet) -> Sheet:
    """Read it.

    Raises:
        ConfigError: there is no such sheet, or it is too long.
    """
    config, about = spreadsheet.config, spreadsheet.about()
    grids = [one["properties"] for one in about["sheets"] if one["properties"].get("sheetType", "GRID") == "GRID"]
    chosen = next((one for one in grids if config.sheet in {"", one["title"]}), None)
    if chosen is None:
        have = ", ".join(one["title"] for one in grids) or "none"
        raise ConfigError(f"there is no sheet {config.sheet!r}", hint=f"the spreadsheet has: {have}")
    size = chosen["gridProperties"]
    first, last = config.header_row, int(size["rowCount"])
    if first > last:
        raise ConfigError(f"the sheet has {last} rows", hint="correct header_row")
    area = f"{quoted(chosen['title'])}!A{first}:{letters(int(size['columnCount']))}{last}"
    values = spreadsheet.values(area)
    if len(values) > config.max_rows + 1:
        raise ConfigError(
            f"the sheet has more than {config.max_rows} rows",
            hint="begin a new sheet for the new year and keep the old one as its own source, or raise max_rows",
        )
    zone = config.timezone or _known(str(about["properties"].get("timeZone", "")))
    return Sheet(chosen["title"], zone, [[cell_of(value) for value in row] for row in values])


def records_of(spreadsheet: Spreadsheet, sheet: Sheet) -> list[Record]:
    """The sales of a sheet.

    Raises:
        ConfigError: its header does not fit; with a sentence that names the columns.
    """
    config = spreadsheet.config
    try:
        return rows.grouped(rows.Table(sheet.cells), config, {"timezone": sheet.timezone}).records
    except rows.TableError as error:
        raise ConfigError(
            f"sheet {sheet.title!r}, header in row {config.header_row}: {error}",
            hint="correct the headers, set header_row, or name the columns under `columns`",
        ) from error


def cell_of(value: Any) -> rows.Cell:
    """A value of Google's JSON as text; a formula's error comes as the text that people see."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return rows.number_cell(value)
    if not isinstance(value, str):
        return ""
    return {"error": value} if value in LOADING else rows.text_cell(value)


def quoted(title: str) -> str:
    """A sheet's name as addresses write it."""
    return "'" + title.replace("'", "''") + "'"


def letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    return "".join(reversed(list(_letters(number))))


def _letters(number: int) -> Iterator[str]:
    while number:
        number, rest = divmod(number - 1, 26)
        yield chr(ord("A") + rest)


def _known(name: str) -> str:
    try:
        return rows.known_zone(name) if name else MEXICO_CITY
    except (ValueError, ZoneInfoNotFoundError):
        return MEXICO_CITY
