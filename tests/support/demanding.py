"""An edition of the catalogs in which some products demand taxes or a complement."""

from pathlib import Path

from hub.sat import installed, swap
from hub.sat.shipped import Shipped
from hub.sat.source import DEMANDS, Row
from hub.sat.swap import Origin

WANTS_IVA, WANTS_IEPS, WANTS_BOTH, WANTS_COMPLEMENT = "43211508", "50202201", "50202203", "86121700"
_DEMANDS = {
    WANTS_IVA: [True, False, ""],
    WANTS_IEPS: [False, True, ""],
    WANTS_BOTH: [True, True, ""],
    WANTS_COMPLEMENT: [False, False, "Complemento de prueba"],
}
_SMALL = (
    *("ObjetoImp", "RegimenFiscal", "UsoCFDI", "FormaPago", "MetodoPago"),
    *("TipoRelacion", "Exportacion", "Periodicidad", "Meses"),
)


def install_demanding(directory: Path) -> None:
    """Install it; the large catalogs stay the shipped ones."""
    made = directory / "made.db"
    small = ((catalog, key, row, "") for catalog in _SMALL for key, row, _ in Shipped().rows(catalog))
    installed.write(made, [*small, *((DEMANDS, key, Row(value, "2022-01-01"), "") for key, value in _DEMANDS.items())])
    origin = Origin(source="tests", sha256="", dated="")
    swap.install(directory, installed.NAME, made, origin, "2026-01-01T00:00:00+00:00")
