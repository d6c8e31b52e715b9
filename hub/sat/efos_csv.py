"""The CSV of CFF 69-B as SAT publishes it: Windows-1252, two title lines, a header, a row for each taxpayer.

A row has number, RFC, name and situación, and for each of the four stages the oficio and the days of publication
(dd/mm/aaaa) on SAT's page and in the DOF. Columns are found by name, since SAT reorders and respells them.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from hub.sat import rfc as sat_rfc
from hub.sat.efos import Listed, Situation
from hub.sat.errors import CatalogError
from hub.sat.fold import fold

LEAST_ROWS = 5_000
"""The complete list has had more than ten thousand rows since 2021; far fewer is another list or half a file."""
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_LONGEST_CELL = 20_000
_RIGHT_FILE = "take Listado_completo_69-B.csv from SAT's open data"
_STAGES = {
    Situation.PRESUNTO: "presun",
    Situation.DESVIRTUADO: "desvirtua",
    Situation.DEFINITIVO: "definitiv",
    Situation.SENTENCIA_FAVORABLE: "sentencia",
}
"""A word that the columns of each stage have in their names."""
_SITUATIONS = {fold(situation): situation for situation in Situation} | {
    "sentencias favorables": Situation.SENTENCIA_FAVORABLE
}


def parse(content: bytes, *, least: int = LEAST_ROWS) -> Iterator[Listed]:
    """The taxpayers of a published file; a row whose RFC or situación is illegible is left out.

    Raises:
        CatalogError: no header was found, or fewer than `least` rows are legible, or more than one in fifty is not.
    """
    rows = _cells(content)
    columns = _columns(next(rows, []) for _ in range(10))
    read = broken = 0
    for row in rows:
        listed = _listed(row, columns)
        if listed is not None:
            read += 1
            yield listed
        elif any(cell.strip() for cell in row):
            broken += 1
    if read < least or broken * 50 > read:
        raise CatalogError(f"{read} rows can be read, {broken} cannot, at least {least} are expected", hint=_RIGHT_FILE)


def _cells(content: bytes) -> Iterator[list[str]]:
    # SAT writes Windows-1252; a copy that somebody saved again may be UTF-8.
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    # NUL is an error for csv before Python 3.11.4.
    reader = csv.reader(io.StringIO(text.replace("\0", ""), newline=""))
    try:
        for row in reader:
            yield [cell[:_LONGEST_CELL] for cell in row]
    except csv.Error as error:
        raise CatalogError(f"line {reader.line_num} is no CSV: {error}", hint=_RIGHT_FILE) from error


@dataclass(frozen=True, slots=True)
class _Columns:
    rfc: int
    nombre: int
    situation: int
    days: dict[Situation, tuple[int, ...]]


def _columns(first: Iterable[list[str]]) -> _Columns:
    for row in first:
        names = [fold(cell) for cell in row]
        if "rfc" in names and any(name.startswith("situacion") for name in names):
            return _named(names)
    raise CatalogError("the header with RFC and Situación is missing", hint=_RIGHT_FILE)


def _named(names: list[str]) -> _Columns:
    def first(start: str) -> int:
        return next((index for index, name in enumerate(names) if name.startswith(start)), -1)

    days = {
        stage: tuple(i for i, name in enumerate(names) if name.startswith("publicacion") and word in name)
        for stage, word in _STAGES.items()
    }
    return _Columns(names.index("rfc"), first("nombre"), first("situacion"), days)


def _listed(row: list[str], columns: _Columns) -> Listed | None:
    if len(row) <= max(columns.rfc, columns.nombre, columns.situation):
        return None
    rfc = sat_rfc.normalize(row[columns.rfc])
    situation = _SITUATIONS.get(fold(row[columns.situation]))
    if situation is None or not sat_rfc.is_valid(rfc):
        return None
    nombre = " ".join(row[columns.nombre].split()) if columns.nombre >= 0 else ""
    return Listed(rfc, nombre, situation, _first_day(row, columns.days[situation]))


def _first_day(row: list[str], columns: tuple[int, ...]) -> date | None:
    found = [day for column in columns if column < len(row) for day in _days(row[column])]
    return min(found, default=None)


def _days(cell: str) -> Iterator[date]:
    for day, month, year in _DAY.findall(cell):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue
