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
            content = self._content(path)
            *pages, last = _pages(content)
            yield from pages
            yield replace(last, committed=partial(self._finish, folder, path, content))

    def look(self, http: Http, since: datetime) -> Iterator[Page]:  # noqa: ARG002 (files say nothing of when)
        """The same files where they lie; those that vanish meanwhile are left out."""
        for path in Folder(self.config.folder).seen(self.config.settle_s):
            with suppress(FileNotFoundError):
                yield from _pages(self._content(path))

    def to_sale(self, record: Record) -> Movement:
        """The rows of one id -> sale or refund."""
        if "ignored" in record:
            return Ignored(f"{record['file']}: {record['ignored']}")
        return rows.to_sale(record, self.config, HINT)

    def _finish(self, folder: Folder, path: Path, content: rows.Content) -> None:
        folder.finish(path, self._outcomes(content))

    def _content(self, path: Path) -> rows.Content:
        try:
            return self._read(path)
        except (rows.TableError, PermissionError) as error:
            # One record stands for the file, so that the operator hears of it and the other files go on.
            return rows.Content([{"file": path.name, "sha256": _digest(path), "problem": str(error), "rows": []}])

    def _read(self, path: Path) -> rows.Content:
        suffix = path.suffix.lower()
        if suffix in TEXT:
            return rows.grouped(read_csv(path, self.config.max_rows), self.config, {"file": path.name})
        if suffix in EXCEL:
            table = read_xlsx(path, self.config.sheet, self.config.max_rows)
            return rows.grouped(table, self.config, {"file": path.name})
        if suffix in OLD_EXCEL:
            raise FileError(f"{suffix} files cannot be read; save it as .xlsx or .csv")
        return rows.Content(
            [
                {
                    "file": path.name,
                    "sha256": _digest(path),
                    "ignored": f"files that end in {suffix!r} are not sales",
                    "rows": [],
                }
            ]
        )

    def _outcomes(self, content: rows.Content) -> list[Outcome]:
        skipped = [Outcome(number, "skipped", "a row of totals") for number in content.totals]
        return skipped + [outcome for record in content.records for outcome in self._outcome(record)]

    def _outcome(self, record: Record) -> list[Outcome]:
        numbers = [row["row"] for row in record["rows"]] or [WHOLE_FILE]
        return [Outcome(number, *self._verdict(record)) for number in numbers]

    def _verdict(self, record: Record) -> tuple[Status, str]:
        try:
            movement = self.to_sale(record)
        except DataError as error:
            return "error", str(error)
        return ("ignored", movement.reason) if isinstance(movement, Ignored) else ("accepted", movement.id)


def _pages(content: rows.Content) -> list[Page]:
    starts = range(0, max(1, len(content.records)), RECORDS_PER_PAGE)
    return [Page(content.records[start : start + RECORDS_PER_PAGE]) for start in starts]


def _digest(path: Path) -> str:
    # Tomorrow's broken file of the same name is another one.
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except PermissionError:
        return ""
