"""SAT's catalogs: the one door to them, whichever edition is in use.

The edition that `hub catalogs update` installed answers if it is whole and not behind, else the one that `satcfdi`
ships. A key that is not in force looks unknown everywhere.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from time import time
from typing import Any

from hub.sat import shipped
from hub.sat.edition import NEVER_IN_4_0, Choice, Edition
from hub.sat.source import DEMANDS
from hub.sat.today import today

_choice = Choice(None)


@dataclass(frozen=True, slots=True)
class CodigoPostal:
    """A row of c_CodigoPostal. `estimulo`: "1" northern border, "2" southern border, "0" none (IVA 8 %)."""

    codigo: str
    estado: str
    estimulo: str
    huso_horario: str


@dataclass(frozen=True, slots=True)
class ProductDemands:
    """What a row of c_ClaveProdServ wants: an IVA trasladado, an IEPS trasladado, a complement (named as SAT does)."""

    iva: bool
    ieps: bool
    complemento: str


NO_DEMANDS = ProductDemands(iva=False, ieps=False, complemento="")


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


def product_demands(key: str) -> ProductDemands:
    """What c_ClaveProdServ wants of whoever sells a product (CFDI40163, CFDI40164); `NO_DEMANDS` for nearly all.

    Only an edition that `hub catalogs update` installed knows; the shipped one has not these columns.
    """
    source = edition().source
    row = source.row(DEMANDS, key) if source.has(DEMANDS) else None
    return ProductDemands(*row.value) if row is not None and row.in_force(today().iso) else NO_DEMANDS


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


def codigo_postal(cp: str) -> CodigoPostal | None:
    """What c_CodigoPostal says about a CP, `None` if it lists no such CP (CFDI40126, CFDI40147)."""
    value = lookup("CodigoPostal", cp)
    return CodigoPostal(cp, estado=value[0], estimulo=value[3], huso_horario=value[4]) if value else None


def use(directory: Path | None) -> None:
    """Take the edition installed in this folder, if it is sound; `None`: the shipped one only. Once, at start."""
    global _choice, _kept
    _choice, _kept = Choice(directory), _InForce(None, "")


def edition() -> Edition:
    """The edition that answers now; another one may be installed while the process runs."""
    return _choice.edition()


def keys(catalog: str) -> frozenset[str]:
    """All keys in force today of a catalog named as by SAT without `c_`: `ClaveProdServ`, `UsoCFDI`, ..."""
    return _in_force()[catalog]


def entries(catalog: str) -> Iterator[tuple[str, Any, str]]:
    """Every (key, raw value, SAT's similar words) in force today."""
    day, dropped = today().iso, NEVER_IN_4_0.get(catalog, ())
    for key, row, words in edition().of(catalog).rows(catalog):
        if key not in dropped and row.in_force(day):
            yield key, row.value, words


def lookup(catalog: str, key: str) -> Any:
    """The raw value of one key in force today, `None` if there is none; see `hub.sat.source.Row`."""
    row = edition().row(catalog, key)
    return row.value if row is not None and row.in_force(today().iso) else None


def valid_on(catalog: str, key: str, day: date) -> bool:
    """Whether a key was, is or will be in force on a day. The shipped edition dates c_ObjetoImp only."""
    row = edition().row(catalog, key)
    return row is not None and row.in_force(day.isoformat())


def is_key(catalog: str, key: str) -> bool:
    """Whether a key of any catalog is in force."""
    kept = _kept
    if not kept.since <= time() < kept.until:
        kept = _looked_again()
    return key in kept[catalog]


def found_sound() -> Mapping[str, set[Hashable]]:
    """Sets of values that were checked against the catalogs, by kind; new ones for each day and edition."""
    return _in_force().sound


def description(catalog: str, key: str) -> str | None:
    """What a key of any catalog means, `None` if it is not in force."""
    value = lookup(catalog, key)
    text = value[0] if isinstance(value, list | tuple) else value
    return None if text is None else str(text)


def schemas_directory() -> Path:
    """Where satcfdi keeps SAT's XSD and XSLT files, laid out by their URL."""
    return shipped.directory() / "transform" / "schemas"


_READING = Lock()


class _InForce(dict[str, frozenset[str]]):
    """The keys of each catalog on one day in one edition, read when first asked for.

    Whole sets, because the buyers of a day live in thousands of postcodes: one query for each would take longer than
    signing the invoice. Good from `since` to `until`, POSIX times: every rule asks, so asking must cost nothing.
    """

    def __init__(self, edition: Edition | None, day: str) -> None:
        super().__init__()
        self.edition = edition
        self.day = day
        self.since = self.until = 0.0
        self.sound: defaultdict[str, set[Hashable]] = defaultdict(set)

    def __missing__(self, catalog: str) -> frozenset[str]:
        assert self.edition is not None
        with _READING:  # threads that ask at once wait for one of them, rather than read a hundred thousand keys each
            if catalog not in self:
                keys = self.edition.of(catalog).keys(catalog, self.day)
                self[catalog] = keys - NEVER_IN_4_0.get(catalog, frozenset())
        return self[catalog]


_kept = _InForce(None, "")


def _in_force() -> _InForce:
    kept = _kept
    return kept if kept.since <= time() < kept.until else _looked_again()


def _looked_again() -> _InForce:
    global _kept  # noqa: PLW0603 - threads that replace it at once put equal values there
    kept, edition, day, now = _kept, _choice.edition(), today(), time()
    if kept.edition is not edition or kept.day != day.iso:
        kept = _InForce(edition, day.iso)
    kept.since, kept.until = now, min(day.ends, now + _choice.good_for())
    _kept = kept
    return kept
