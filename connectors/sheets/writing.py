"""What became of each sale, written into columns of its rows, wherever they stand by then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hub.plugin import ConfigError, Outcome, TransientError, rows

from .api import Spreadsheet
from .sheet import Sheet, letters, quoted, sheet_of

GONE = "no row has this id any more"
ROUNDS = 4

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A row: the id it carries, its number, and what stands in the columns of the hub's own."""

    id: str
    number: int
    texts: Texts


def check(spreadsheet: Spreadsheet) -> str:
    """Prove that there are columns to write to, and that the account may write.

    Raises:
        ConfigError: a column or the permission is missing.
    """
    sheet = sheet_of(spreadsheet)
    columns = columns_of(spreadsheet, sheet)
    spreadsheet.write({})  # nothing to set, and refused all the same to who may only look
    return f"{sheet.title}: {', '.join(sheet.header[place] for place in columns.values())} can be written"


def columns_of(spreadsheet: Spreadsheet, sheet: Sheet) -> dict[rows.WrittenName, int]:
    """The place of each thing that is written.

    Raises:
        ConfigError: there is none.
    """
    config = spreadsheet.config
    try:
        columns = rows.written_places(sheet.header, config.written_names_of)
        read = set(rows.places_of(sheet.header, config.names_of).values())
    except rows.TableError as error:
        raise ConfigError(f"sheet {sheet.title!r}: {error}", hint="add the column to the sheet") from error
    both = read & set(columns.values())
    if both:
        raise ConfigError(
            f"column {sheet.header[min(both)]!r} is read and cannot be written, too", hint="correct written_columns"
        )
    return columns


def write(spreadsheet: Spreadsheet, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Write each outcome into every row of its sale, and look again: somebody may have sorted the rows meanwhile.

    A row that got the text of another gets its own back.
    """
    before: dict[str, Texts] = {}
    wanted: dict[str, Texts] = {}
    refused: dict[str, str] = {}
    for round_ in range(ROUNDS):
        sheet = sheet_of(spreadsheet)
        columns = columns_of(spreadsheet, sheet)
        places = list(_places(spreadsheet, sheet, columns))
        if not round_:
            zone = ZoneInfo(sheet.timezone)
            wanted = {outcome.id: _texts(outcome, columns, zone) for outcome in outcomes}
            before = {place.id: place.texts for place in places}
            refused = {one.id: GONE for one in outcomes if one.id not in before}
        cells = dict(_changes(sheet, columns, places, before, wanted))
        if not cells:
            return refused
        spreadsheet.write(cells)
    raise TransientError("the rows of the sheet move faster than they can be written")


def _changes(
    sheet: Sheet,
    columns: Mapping[rows.WrittenName, int],
    places: Sequence[Place],
    before: Mapping[str, Texts],
    wanted: Mapping[str, Texts],
) -> Iterator[tuple[str, str]]:
    ours = set(wanted.values())
    for place in places:
        right = wanted.get(place.id)
        if right is None and place.texts in ours:
            right = before.get(place.id, place.texts)
        if right is None or _same(place.texts, right, columns):
            continue
        for column, text in zip(columns.values(), right, strict=True):
            yield f"{quoted(sheet.title)}!{letters(column + 1)}{place.number}", text


def _same(texts: Texts, right: Texts, columns: Mapping[rows.WrittenName, int]) -> bool:
    # The time alone is no news.
    told = [place for place, name in enumerate(columns) if name != "fecha"] or [0]
    return all(texts[place] == right[place] for place in told)


def _places(spreadsheet: Spreadsheet, sheet: Sheet, columns: Mapping[rows.WrittenName, int]) -> Iterator[Place]:
    config = spreadsheet.config
    key = rows.places_of(sheet.header, config.names_of)["id"]
    for number, row in enumerate(sheet.cells[1:], config.header_row + 1):
        identifier = _text(row, key)
        if identifier:
            yield Place(identifier, number, tuple(_text(row, column) for column in columns.values()))


def _text(row: rows.Cells, place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return cell if isinstance(cell, str) else next(iter(cell.values()))


def _texts(outcome: Outcome, columns: Mapping[rows.WrittenName, int], zone: ZoneInfo) -> Texts:
    texts = rows.written_cells(outcome, lambda one: one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"))
    return tuple(texts[name] for name in columns)
