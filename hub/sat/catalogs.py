"""SAT's catalogs, read from the SQLite file that `satcfdi` ships. The only module that knows its layout.

Tables are called `C756_c_<catalog>`; keys and values are pickles (protocol 4) of strings, lists and numbers. Keys that
the file still lists although CFDI 4.0 has dropped them are hidden here, so an obsolete key looks unknown everywhere.
"""

import pickle
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_OBSOLETE: dict[str, frozenset[str]] = {
    "CodigoPostal": frozenset({"00000"}),
    "FormaPago": frozenset({"07", "09", "10", "11", "16", "98"}),
    "RegimenFiscal": frozenset({"609", "628", "629", "630"}),
    "TipoRelacion": frozenset({"08", "09"}),
    "UsoCFDI": frozenset({"P01"}),
}


@dataclass(frozen=True, slots=True)
class CodigoPostal:
    """A row of c_CodigoPostal. `estimulo`: "1" northern border, "2" southern border, "0" none (IVA 8 %)."""

    codigo: str
    estado: str
    estimulo: str
    huso_horario: str


def forma_pago(key: str) -> str | None:
    """Description in c_FormaPago, `None` if the key is not in force."""
    return description("FormaPago", key)


def metodo_pago(key: str) -> str | None:
    """Description in c_MetodoPago (PUE, PPD)."""
    return description("MetodoPago", key)


def regimen(key: str) -> str | None:
    """Description in c_RegimenFiscal."""
    return description("RegimenFiscal", key)


def uso_cfdi(key: str) -> str | None:
    """Description in c_UsoCFDI."""
    return description("UsoCFDI", key)


def objeto_imp(key: str) -> str | None:
    """Description in c_ObjetoImp."""
    return description("ObjetoImp", key)


def tipo_relacion(key: str) -> str | None:
    """Description in c_TipoRelacion."""
    return description("TipoRelacion", key)


def exportacion(key: str) -> str | None:
    """Description in c_Exportacion."""
    return description("Exportacion", key)


def pais(key: str) -> str | None:
    """Name in c_Pais of a three-letter country."""
    return description("Pais", key)


def periodicidad(key: str) -> str | None:
    """Description in c_Periodicidad of the factura global."""
    return description("Periodicidad", key)


def meses(key: str) -> str | None:
    """Description in c_Meses of the factura global (01-12, two-month periods 13-18)."""
    return description("Meses", key)


def clave_unidad(key: str) -> str | None:
    """Description in c_ClaveUnidad (H87 pieza, E48 servicio, ...)."""
    return description("ClaveUnidad", key)


def clave_prod_serv(key: str) -> str | None:
    """Description in c_ClaveProdServ of an eight-digit product key."""
    return description("ClaveProdServ", key)


def moneda(key: str) -> str | None:
    """Name in c_Moneda."""
    value = lookup("Moneda", key)
    return str(value[0]) if value else None


def moneda_decimales(key: str) -> int:
    """Decimals of a currency; raises KeyError for an unknown one."""
    value = lookup("Moneda", key)
    if not value:
        raise KeyError(f"c_Moneda does not list {key!r}")
    return int(value[1])


@lru_cache(4096)
def codigo_postal(cp: str) -> CodigoPostal | None:
    """What c_CodigoPostal says about a CP, `None` if it lists no such CP (CFDI40126, CFDI40147)."""
    value = lookup("CodigoPostal", cp)
    return CodigoPostal(cp, estado=value[0], estimulo=value[3], huso_horario=value[4]) if value else None


@cache
def keys(catalog: str) -> frozenset[str]:
    """All keys in force of a catalog named as by SAT without `c_`: `ClaveProdServ`, `UsoCFDI`, ..."""
    rows = _rows(f'SELECT key FROM "C756_c_{catalog}"')  # noqa: S608 - own constant names
    return frozenset(pickle.loads(key) for (key,) in rows) - _OBSOLETE.get(catalog, frozenset())  # noqa: S301 - package data


@lru_cache(4096)
def lookup(catalog: str, key: str) -> Any:
    """The raw value of one key in force, `None` if there is none."""
    if key in _OBSOLETE.get(catalog, ()):
        return None
    sql = f'SELECT value FROM "C756_c_{catalog}" WHERE key = ?'  # noqa: S608 - own constant names
    rows = _rows(sql, pickle.dumps(key, protocol=4))
    return pickle.loads(rows[0][0]) if rows else None  # noqa: S301 - package data


def is_key(catalog: str, key: str) -> bool:
    """Whether a key of any catalog is in force."""
    return lookup(catalog, key) is not None


def description(catalog: str, key: str) -> str | None:
    """What a key of any catalog means, `None` if it is not in force."""
    value = lookup(catalog, key)
    text = value[0] if isinstance(value, list | tuple) else value
    return None if text is None else str(text)


@cache
def _path() -> Path:
    spec = find_spec("satcfdi")
    if spec is None or spec.origin is None:
        raise RuntimeError("SAT's catalogs come with the package satcfdi, which is not installed: pip install satcfdi")
    return Path(spec.origin).parent


def _rows(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    # A connection for each query: answers are cached, and SQLite connections must not cross threads.
    uri = (_path() / "catalogs" / "catalogs.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return connection.execute(sql, parameters).fetchall()


def schemas_directory() -> Path:
    """Where satcfdi keeps SAT's XSD and XSLT files, laid out by their URL."""
    return _path() / "transform" / "schemas"
