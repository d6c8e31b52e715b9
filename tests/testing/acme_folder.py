"""A source that reads a folder and behaves: one JSON file for each day."""

import json
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from pydantic import Field

from hub.plugin import Config, ConfigError, Http, Ignored, Line, Movement, Page, Record, Sale, Source

DAYS = {
    "2026-03-01": [{"id": "D1", "total": "199.90"}, {"id": "D2", "total": "50.00"}],
    "2026-03-02": [{"id": "D3", "total": "10.10"}],
    "2026-03-03": [{"id": "D4", "total": "0"}],
}
MOVEMENTS = {"D1": "199.90 MXN", "D2": "50.00 MXN", "D3": "10.10 MXN"}


class FolderConfig(Config):
    """Where the days lie."""

    folder: Path = Field(description="Folder of the days")


class AcmeFolder(Source[FolderConfig]):
    """Each day is a page; a day goes away once it is safe."""

    name = "acme-folder"

    def check(self, http: Http) -> str:
        return f"{len(self.days())} days wait"

    def pages(self, http: Http, since: datetime) -> list[Page]:
        return [Page(self.records_of(day), committed=partial(day.unlink, missing_ok=True)) for day in self.days()]

    def days(self) -> list[Path]:
        if not self.config.folder.is_dir():
            raise ConfigError(f"{self.config.folder} is not a folder", hint="mount it")
        return sorted(self.config.folder.glob("*.json"))

    def records_of(self, day: Path) -> list[Record]:
        return [{**one, "sold_at": f"{day.stem}T10:00:00-06:00"} for one in json.loads(day.read_text())]

    def to_sale(self, record: Record) -> Movement:
        total = Decimal(record["total"])
        if not total:
            return Ignored("no money moved")
        line = Line(description="Venta", quantity=1, unit_price=total, total=total)
        return Sale(id=record["id"], sold_at=record["sold_at"], currency="MXN", total=total, lines=(line,))


def fill(folder: Path) -> Path:
    """Write the days."""
    for day, sales in DAYS.items():
        (folder / f"{day}.json").write_text(json.dumps(sales))
    return folder
