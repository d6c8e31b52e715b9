"""A folder, a source on it, and everything that one run makes of what lies there."""

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.files.config import FilesConfig
from connectors.files.source import FilesSource
from hub.plugin import Client, DataError, Http, Movement, Record

FIXTURES = Path(__file__).with_name("fixtures")
HEADER = "folio,fecha,total"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Desk:
    """Where somebody drops files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = Http.of(Client())
        self.configure()

    def configure(self, **config: object) -> None:
        self.source = FilesSource(FilesConfig.model_validate({"folder": self.folder, "settle_s": 0, **config}))

    def drop(self, name: str, content: str | bytes = b"") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def bring(self, fixture: str) -> Path:
        return Path(shutil.copy(FIXTURES / fixture, self.folder))

    def records(self) -> list[Record]:
        records = []
        for page in self.source.pages(self.http, LONG_AGO):
            records += page.records
            if page.committed is not None:
                page.committed()
        return records

    def movements(self) -> list[Movement | DataError]:
        return [self.mapped(record) for record in self.records()]

    def mapped(self, record: Record) -> Movement | DataError:
        try:
            return self.source.to_sale(record)
        except DataError as error:
            return error

    def sales_of(self, text: str) -> list[Movement | DataError]:
        self.drop("ventas.csv", text)
        return self.movements()

    def files(self) -> set[str]:
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return {path.as_posix() for path in found if not path.name.endswith(".result.csv")}

    def result(self, place: str) -> list[dict[str, str]]:
        with (self.folder / f"{place}.result.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
