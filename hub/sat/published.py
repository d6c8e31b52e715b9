"""The SQLite file that phpcfdi/resources-sat-catalogs publishes: is it one, is it whole, what does it say.

Its tables are `cfdi_40_<plural>(id, texto, ..., vigencia_desde, vigencia_hasta)`. Empty cells are empty strings, also
in columns declared as integers.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.sat.errors import CatalogError
from hub.sat.source import DEMANDS, Row

HUSOS = frozenset(
    {
        "Tiempo del Centro",
        "Tiempo del Centro en Frontera",
        "Tiempo del Noroeste",
        "Tiempo del Pacífico",
        "Tiempo del Sureste",
    }
)
"""The time zones of c_CodigoPostal since the law of 28 October 2022."""
_IMPUESTOS = (["ISR"], ["IVA"], ["IEPS"])
_RATE = re.compile(r"\d{1,6}(\.\d{1,6})?")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})?")
_GET_ANOTHER = "take catalogs.db.bz2 of the latest release of phpcfdi/resources-sat-catalogs"
_DATES = "vigencia_desde, vigencia_hasta"


@dataclass(frozen=True, slots=True)
class _Table:
    catalog: str
    name: str
    least: int
    key: str = "id"
    value: str = "texto"
    dates: str = _DATES
    words: str = "''"
    where: str = "TRUE"

    @property
    def sql(self) -> str:
        columns = f"{self.key}, {self.dates}, {self.words}, {self.value}"
        return f"SELECT {columns} FROM cfdi_40_{self.name} WHERE {self.where}"  # noqa: S608 - own constant names


# `least`: fewer rows than this is no plausible edition of the catalog; the small ones are complete since 2022.
_TABLES = (
    _Table("ClaveProdServ", "productos_servicios", 50_000, words="similares"),
    _Table(
        DEMANDS,
        "productos_servicios",
        0,
        value="iva_trasladado, ieps_trasladado, complemento",
        where="iva_trasladado = 1 OR ieps_trasladado = 1 OR complemento <> ''",
    ),
    _Table("ClaveUnidad", "claves_unidades", 2_000, words="simbolo"),
    _Table(
        "CodigoPostal",
        "codigos_postales",
        90_000,
        value="estado, municipio, localidad, estimulo_frontera, huso_descripcion",
    ),
    _Table("Exportacion", "exportaciones", 3),
    _Table("FormaPago", "formas_pago", 22),
    _Table("Impuesto", "impuestos", 3),
    _Table("Meses", "meses", 18),
    _Table("MetodoPago", "metodos_pago", 2),
    _Table("Moneda", "monedas", 150, value="texto, decimales"),
    _Table("ObjetoImp", "objetos_impuestos", 3),
    _Table("Pais", "paises", 200, dates="'', ''"),
    _Table("Periodicidad", "periodicidades", 5),
    _Table("RegimenFiscal", "regimenes_fiscales", 19),
    _Table(
        "TasaOCuota",
        "reglas_tasa_cuota",
        15,
        key="rowid",
        value="tipo, minimo, valor, impuesto, factor, traslado, retencion",
    ),
    _Table("TipoDeComprobante", "tipos_comprobantes", 5),
    _Table("TipoRelacion", "tipos_relaciones", 7),
    _Table("UsoCFDI", "usos_cfdi", 24),
)


def rows(path: Path) -> Iterator[tuple[str, str, Row, str]]:
    """Every (catalog, key, row, similar words) of the file, table by table, checked.

    Raises:
        CatalogError: it is no SQLite file, lacks a table or column, or has too few or strange rows.
    """
    try:
        with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro&immutable=1", uri=True)) as connection:
            _check_whole(connection)
            for table in _TABLES:
                yield from _checked(table, connection)
    except sqlite3.DatabaseError as error:
        raise CatalogError(f"this is not the published database: {error}", hint=_GET_ANOTHER) from error


def _check_whole(connection: sqlite3.Connection) -> None:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise CatalogError(f"the database is damaged: {answer}", hint=_GET_ANOTHER)


def _checked(table: _Table, connection: sqlite3.Connection) -> Iterator[tuple[str, str, Row, str]]:
    count = strange = 0
    for key, desde, hasta, words, *values in connection.execute(table.sql):
        count += 1
        if not _are_texts(key, desde, hasta, words, *values):
            strange += 1
            continue
        row = Row(_value(table.catalog, values), desde, hasta)
        strange += _is_strange(table.catalog, row)
        yield table.catalog, str(key), row, words
    if count < table.least:
        reason = f"table cfdi_40_{table.name} has {count} rows, at least {table.least} are expected"
        raise CatalogError(reason, hint=_GET_ANOTHER)
    if strange * 100 > count:
        reason = f"the hub cannot read {strange} rows of {count} in cfdi_40_{table.name}: keys, dates, zones or rates"
        raise CatalogError(reason, hint="a newer version of the hub may know them")


def _are_texts(key: Any, desde: Any, hasta: Any, words: Any, *values: Any) -> bool:
    """SQLite keeps anything in any column: bytes, nothing, numbers without end."""
    dates = all(isinstance(cell, str) for cell in (desde, hasta, words))
    return dates and all(isinstance(cell, str) or (isinstance(cell, int) and cell < 10**9) for cell in (key, *values))


def _value(catalog: str, values: list[Any]) -> Any:
    if catalog == "CodigoPostal":
        *place, estimulo, huso = values
        return [*place, str(estimulo or 0), huso]
    if catalog == "Moneda":
        return [values[0], int(values[1]) if str(values[1]).isdecimal() else 0]
    if catalog == "TasaOCuota":
        return [str(value) for value in values]
    if catalog == DEMANDS:
        iva, ieps, complemento = values
        return [iva == 1, ieps == 1, str(complemento)]
    return str(values[0]).removesuffix(".") if catalog in {"UsoCFDI", "ObjetoImp"} else str(values[0])


def _is_strange(catalog: str, row: Row) -> bool:
    if not all(_DAY.fullmatch(day) for day in (row.desde, row.hasta)):
        return True
    if catalog == "CodigoPostal":
        return row.value[-1] not in HUSOS
    if catalog == "TasaOCuota":
        tipo, minimo, valor, impuesto, *_ = row.value
        numbers = (minimo, valor) if tipo == "Rango" else (valor,)
        return impuesto.split()[:1] not in _IMPUESTOS or not all(map(_RATE.fullmatch, numbers))
    return False
