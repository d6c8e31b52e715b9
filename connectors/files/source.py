"""The files source: each settled file once, row by row, with a result file for whoever dropped it."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from hub.plugin import DataError, Http, Ignored, Movement, Page, Record, Source, rows

from .config import FilesConfig
from .csv_file import read_csv
from .errors import FileError
from .folder import Folder
from .reading import Reading, of_tables
from .result import WHOLE_FILE, Outcome, Status
from .xlsx_file import read_xlsx

HINT = "correct the cell and drop the file again; rows already taken are not taken twice"
RECORDS_PER_PAGE = 500
TEXT = frozenset({".csv", ".tsv", ".txt"})
EXCEL = frozenset({".xlsx", ".xlsm"})
OLD_EXCEL = frozenset({".xls", ".xlsb", ".ods"})


class FilesSource(Source[FilesConfig]):
    """Sales and refunds from files in a local or mounted folder."""

    name = "files"

    def check(self, http: Http) -> str:  # noqa: ARG002 (a folder needs no HTTP)
        """Prove that the folder can be read, written and moved in."""
        folder = Folder(self.config.folder)
        folder.prepare()
        return f"{folder.path} is writable, {len(folder.waiting())} files are waiting"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:  # noqa: ARG002 (files say nothing of when)
        """Every file that waits. A file leaves processing/ only after its last page is committed."""
        folder = Folder(self.config.folder)
        folder.prepare()
        for path in folder.claimed(self.config.settle_s):
            reading = self._reading(path)
            *pages, last = _pages(reading.records)
            yield from pages
            yield replace(last, committed=partial(self._finish, folder, path, reading))

    def look(self, http: Http, since: datetime) -> Iterator[Page]:  # noqa: ARG002 (files say nothing of when)
        """The same files where they lie; those that vanish meanwhile are left out."""
        for path in Folder(self.config.folder).seen(self.config.settle_s):
            with suppress(FileNotFoundError):
                yield from _pages(self._reading(path).records)

    def to_sale(self, record: Record) -> Movement:
        """The rows of one id -> sale or refund."""
        if "ignored" in record:
            return Ignored(f"{record['file']}: {record['ignored']}")
        return rows.to_sale(record, self.config, HINT)

    def _finish(self, folder: Folder, path: Path, reading: Reading) -> None:
        folder.finish(path, self._outcomes(reading))

    def _reading(self, path: Path) -> Reading:
        try:
            return self._read(path)
        except (rows.TableError, PermissionError) as error:
            # One record stands for the file, so that the operator hears of it and the other files go on.
            return _alone({"file": path.name, "sha256": _digest(path), "problem": str(error), "rows": []})

    def _read(self, path: Path) -> Reading:
        suffix, common = path.suffix.lower(), {"file": path.name}
        if suffix in TEXT:
            return of_tables({"": read_csv(path, self.config.max_rows)}, self.config, common)
        if suffix in EXCEL:
            return of_tables(read_xlsx(path, self.config.sheets, self.config.max_rows), self.config, common)
        if suffix in OLD_EXCEL:
            raise FileError(f"{suffix} files cannot be read; save it as .xlsx or .csv")
        ignored = f"files that end in {suffix!r} are not sales"
        return _alone({"file": path.name, "sha256": _digest(path), "ignored": ignored, "rows": []})

    def _outcomes(self, reading: Reading) -> list[Outcome]:
        found = [one for sheet, content in reading.sheets.items() for one in self._of_sheet(sheet, content)]
        return found + [
            Outcome(WHOLE_FILE, "skipped", f"left out: {why}", sheet) for sheet, why in reading.left_out.items()
        ]

    def _of_sheet(self, sheet: str, content: rows.Content) -> list[Outcome]:
        found = [Outcome(number, "skipped", "a row of totals", sheet) for number in content.totals]
        found += [Outcome(number, "skipped", _repeats(first), sheet) for number, first in content.repeated.items()]
        found += [outcome for record in content.records for outcome in self._outcome(record, sheet)]
        return sorted(found, key=lambda outcome: outcome.row)

    def _outcome(self, record: Record, sheet: str) -> list[Outcome]:
        numbers = [row["row"] for row in record["rows"]] or [WHOLE_FILE]
        return [Outcome(number, *self._verdict(record), sheet) for number in numbers]

    def _verdict(self, record: Record) -> tuple[Status, str]:
        try:
            movement = self.to_sale(record)
        except DataError as error:
            return "error", str(error)
        return ("ignored", movement.reason) if isinstance(movement, Ignored) else ("accepted", movement.id)


def _pages(records: list[Record]) -> list[Page]:
    starts = range(0, max(1, len(records)), RECORDS_PER_PAGE)
    return [Page(records[start : start + RECORDS_PER_PAGE]) for start in starts]


def _alone(record: Record) -> Reading:
    return Reading({"": rows.Content([record])})


def _repeats(first: int) -> str:
    if not first:
        return "the same sale stands in a sheet before this one"
    return f"the same as row {first} in every cell; if both were sold, set repeated_rows to lines"


def _digest(path: Path) -> str:
    # Tomorrow's broken file of the same name is another one.
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except PermissionError:
        return ""
