"""The sales that come as files: an XLSX of the counter and a CSV of the point of sale, both of today."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHEETS = Path(__file__).parent / "files"
ZONE = ZoneInfo("America/Mexico_City")
NUMBERS = {"Cantidad", "Precio unitario", "Descuento", "Total"}


def write_files(folder: Path, now: datetime) -> None:
    """Put both into the folder that the hub reads."""
    _write_workbook(folder / "mostrador.xlsx", list(_rows("mostrador", now)))
    _write_csv(folder / "punto-de-venta.csv", list(_rows("punto-de-venta", now)))


def _rows(name: str, now: datetime) -> Iterator[dict[str, str]]:
    """The rows as they are kept here, where `Fecha` is how many minutes ago it was."""
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            sold_at = now.astimezone(ZONE) - timedelta(minutes=int(row["Fecha"]))
            yield row | {"Fecha": f"{sold_at:%d/%m/%Y %H:%M}"}


def _write_workbook(path: Path, rows: list[dict[str, str]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ventas"
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([float(cell) if name in NUMBERS else cell for name, cell in row.items()])
    book.save(path)


def _write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    # With the mark that Excel writes before UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
