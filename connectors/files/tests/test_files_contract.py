"""The files source keeps every promise of a source that reads a folder."""

import shutil
from pathlib import Path

import pytest

from connectors.files import source
from connectors.files.config import FilesConfig
from connectors.files.source import FilesSource
from hub.plugin import Record
from hub.testing import LocalSourceContract

MONTH = """folio,fecha,descripción,cantidad,precio unitario,descuento,total,moneda,estatus
T-1,2026-11-02 09:15,Café molido 250 g,3,100.10,0.30,300.00,MXN,pagado
T-1,2026-11-02 09:15,Taza,1,199.90,,199.90,MXN,pagado
T-2,2026-11-03 18:40,Poster,1,20.50,,20.50,USD,pagado
T-3,2026-11-04 11:00,Filtro,1,35.00,,35.00,MXN,pendiente
T-4,2026-11-05 11:00,Prensa,2,425.25,,850.50,MXN,pagado
T-5,2026-11-06 11:00,Taza,1,,,99.95,MXN,devolucion:T-1
"""
TODAY = "folio,fecha,total\nT-6,2026-11-14,116\n"
MOVEMENTS = {
    "T-1": "499.90 MXN",
    "T-2": "20.50 USD",
    "T-4": "850.50 MXN",
    "T-5": "refund of T-1 on 2026-11-06: 99.95 MXN",
    "T-6": "116.00 MXN",
}


class TestFilesKeepThePromisesOfALocalSource(LocalSourceContract):
    plugin = FilesSource
    movements = MOVEMENTS
    least_pages = 3

    @pytest.fixture(autouse=True)
    def _own_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(source, "RECORDS_PER_PAGE", 2)
        (tmp_path / "noviembre.csv").write_text(MONTH, "utf-8")
        (tmp_path / "hoy.csv").write_text(TODAY, "utf-8")
        self.config = FilesConfig(folder=tmp_path, settle_s=0)

    def broken(self, record: Record) -> Record:
        """Somebody wrote words where the total was."""
        for row in record["rows"]:
            row["cells"]["total"] = "por confirmar"
        return record

    def take_away(self) -> None:
        shutil.rmtree(self.config.folder)
