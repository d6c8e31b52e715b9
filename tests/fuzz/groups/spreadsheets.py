"""Files that somebody dropped: CSV and XLSX, broken archives, odd cells."""

import io
import tempfile
import zipfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.files.config import FilesConfig
from connectors.files.source import FilesSource
from hub.plugin import DataError, Http
from hub.plugin.http import Client

from ..damage import damaged
from ..target import Target, allowed

HEADER = ["Folio", "Fecha", "Concepto", "Cantidad", "Precio", "Descuento", "IVA", "Tasa IVA", "Total", "Forma de pago",
          "Estado", "RFC", "Razon social", "CP", "Regimen", "Uso CFDI", "Correo", "Moneda", "Cambio"]  # fmt: skip
ROW = ["C-1", "2026-11-01", "Taza", "2", "58.00", "0", "16.00", "0.16", "116.00", "01", "pagado", "CPU200101AB8",
       "CLIENTE", "06600", "601", "G03", "ana@cliente.example", "MXN", "1"]  # fmt: skip
CELLS = [
    *(
        "",
        " ",
        "1e999999",
        "NaN",
        "Infinity",
        "-1",
        "0",
        "0.005",
        "9" * 30,
        "9" * 5000,
        "1,16",
        "1.1.1",
        "٣٤",
        "²",
        "½",
    ),
    *("=1+1", "=cmd|'/c calc'!A1", "@x", "\u202e", "\U0001f600", "İß" * 60, "a" * 101, "a" * 300, "a@" + "b" * 400),
    *("31/02/2026", "01/01/0001", "31/12/9999 23:59", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("devolucion:", "devolucion:C-1", "(116.00)", "$", "%", "16%", "1" + "," + "0" * 40, "\x7f", "\x0b", "a\nb"),
]


def targets(stack: ExitStack) -> list[Target]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    source = FilesSource(FilesConfig(folder=folder, settle_s=0))
    http = Http.of(Client())

    def dropped(name: str, content: bytes) -> None:
        for left in folder.rglob("*.*"):
            left.unlink()
        (folder / name).write_bytes(content)
        for page in source.pages(http, None):
            for record in page.records:
                allowed(DataError)(lambda record=record: source.to_sale(record))
            if page.committed:
                page.committed()

    csv = "\n".join(",".join(row) for row in (HEADER, ROW, ROW)).encode()
    semicolons = "\n".join(";".join(row) for row in (HEADER, ROW)).encode()
    book = _book(ROW)
    parts = {
        name: zipfile.ZipFile(io.BytesIO(book)).read(name) for name in zipfile.ZipFile(io.BytesIO(book)).namelist()
    }
    part = st.sampled_from(sorted(parts)).flatmap(
        lambda name: damaged(parts[name]).map(lambda content: _zipped(parts | {name: content}))
    )
    cell = st.builds(_with_cell, st.integers(0, len(ROW) - 1), st.sampled_from(CELLS) | st.text(max_size=20))
    return [
        Target("CSV", damaged(csv, semicolons), lambda content: dropped("a.csv", content)),
        Target("a cell of a CSV", cell.map(_csv), lambda content: dropped("a.csv", content)),
        Target("XLSX", damaged(book), lambda content: dropped("a.xlsx", content)),
        Target("a part of an XLSX", part, lambda content: dropped("a.xlsx", content)),
        Target("a cell of an XLSX", cell.map(_book), lambda content: dropped("a.xlsx", content)),
        Target("a bomb", st.sampled_from(sorted(_bombs(parts))), lambda name: dropped("a.xlsx", _bombs(parts)[name])),
    ]


def _with_cell(place: int, text: str) -> list[str]:
    return [*ROW[:place], text, *ROW[place + 1 :]]


def _csv(row: list[str]) -> bytes:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
    return f"{','.join(HEADER)}\n{quoted}\n".encode("utf-8", "surrogatepass")


def _book(row: list[str]) -> bytes:
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["".join(char for char in cell if char.isprintable()) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _zipped(parts: dict[str, bytes], *, lie: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if lie:
            for entry in archive.filelist:
                entry.file_size = min(entry.file_size, 1000)
    return stream.getvalue()


def _bombs(parts: dict[str, bytes]) -> dict[str, bytes]:
    sheet = next(name for name in parts if name.startswith("xl/worksheets/"))
    zeros = parts | {sheet: bytes(300_000_000)}
    rows = b"<row><c t='inlineStr'><is><t>a</t></is></c></row>" * 200_000
    wide = b"<row>" + b"<c><v>1</v></c>" * 100_000 + b"</row>"
    whole = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
    return {
        "zeros": _zipped(zeros),
        "zeros that lie": _zipped(zeros, lie=True),
        "rows": _zipped(parts | {sheet: whole % rows}),
        "cells": _zipped(parts | {sheet: whole % wide}),
        "strings": _zipped(parts | {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 200_000 + b"</sst>"}),
        "far away": _zipped(parts | {sheet: whole % b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'}),
    }
