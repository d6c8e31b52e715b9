"""The rates of c_TasaOCuota on a day: which a Traslado or Retencion may carry (CFDI40179, CFDI40185).

The installed catalogs answer where they are in use and cover the day; the table below is what c_TasaOCuota has said
since CFDI 4.0 began, with the yearly limit of IEPS per unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from hub.sat import catalogs
from hub.sat.assumptions import current
from hub.sat.edition import Edition
from hub.sat.source import Row
from hub.sat.today import today

_IMPUESTOS = {"ISR": "001", "IVA": "002", "IEPS": "003"}
_IEPS_BOTH = ("0.06", "0.07", "0.08", "0.09", "0.25", "0.265", "0.30", "0.304", "0.50", "0.53", "1.60")
_CUOTAS = (
    ("2022-01-01", "59.1449"),
    ("2024-01-01", "66.5062"),
    ("2025-01-01", "69.5255"),
    ("2026-01-01", "72.1605"),
)
"""Largest IEPS per unit and since when; each row ends the one before."""


@dataclass(frozen=True, slots=True)
class Regla:
    """A row of c_TasaOCuota: rates from `minimo` to `maximo` (equal if fixed), in force from `desde` to `hasta`."""

    impuesto: str
    tipo_factor: str
    minimo: Decimal
    maximo: Decimal
    traslado: bool
    retencion: bool
    desde: date = date(2022, 1, 1)
    hasta: date | None = None

    def concerns(self, impuesto: str, tipo_factor: str, day: date) -> bool:
        """Whether it is a row of this tax and factor, in force that day."""
        in_force = self.desde <= day and (self.hasta is None or day <= self.hasta)
        return in_force and (self.impuesto, self.tipo_factor) == (impuesto, tipo_factor)


@dataclass(frozen=True, slots=True)
class EstimuloFronterizo:
    """The border incentive of a CP (IVA 8 %): which border, and whether the decree is known to be in force that day."""

    frontera: str
    rule: str
    confirmed: bool


def is_traslado(impuesto: str, tipo_factor: str, tasa: Decimal, day: date | None = None) -> bool:
    """Whether a transferred tax may have this rate on a day (today): fixed for IVA and IEPS Tasa, a range for Cuota."""
    return _is_rate(catalogs.edition(), impuesto, tipo_factor, tasa, day or today().date, "traslado")


def is_retencion(impuesto: str, tipo_factor: str, tasa: Decimal, day: date | None = None) -> bool:
    """Whether a withheld tax may have this rate on a day (today): ranges for ISR and IVA, fixed ones for IEPS."""
    return _is_rate(catalogs.edition(), impuesto, tipo_factor, tasa, day or today().date, "retencion")


def reglas(impuesto: str, tipo_factor: str, day: date) -> tuple[Regla, ...]:
    """The rows for a tax (`002`) and factor (`Tasa`) on a day: the installed catalogs', else the hub's own."""
    return _reglas(catalogs.edition(), impuesto, tipo_factor, day)


def largest_cuota(day: date) -> Decimal:
    """Largest IEPS per unit on a day; raises LookupError before CFDI 4.0 (2022)."""
    found = reglas("003", "Cuota", day)
    if not found:
        raise LookupError(f"c_TasaOCuota of CFDI 4.0 has no IEPS per unit on {day}")
    return max(regla.maximo for regla in found)


def estimulo_fronterizo(codigo_postal: str, day: date) -> EstimuloFronterizo | None:
    """The border incentive that c_CodigoPostal marks; `None` without a mark or before its decree.

    Applies only to an issuer registered for it. The decrees (DOF 31-Dec-2018 north, 30-Dec-2020 south) ran to 31
    December 2025; whether they were extended is not confirmed (`Assumptions.border_incentive_until`).
    """
    row = catalogs.codigo_postal(codigo_postal)
    frontera, since = _FRONTERAS.get(row.estimulo if row else "", ("", date.max))
    if day < since:
        return None
    known = day <= current().border_incentive_until
    return EstimuloFronterizo(frontera, "DOF 31-Dec-2018, 30-Dec-2020", confirmed=known)


IVA_FRONTERIZO = Decimal("0.08")
"""Rate of IVA with the border incentive, by the decrees that `estimulo_fronterizo` names."""
_FRONTERAS = {"1": ("norte", date(2019, 1, 1)), "2": ("sur", date(2021, 1, 1))}


@lru_cache(1024)
def _is_rate(edition: Edition, impuesto: str, tipo_factor: str, tasa: Decimal, day: date, kind: str) -> bool:
    found = _reglas(edition, impuesto, tipo_factor, day)
    return any(getattr(regla, kind) and regla.minimo <= tasa <= regla.maximo for regla in found)


@lru_cache(512)
def _reglas(edition: Edition, impuesto: str, tipo_factor: str, day: date) -> tuple[Regla, ...]:
    for known in (_installed(edition), _TABLE):
        if found := tuple(regla for regla in known if regla.concerns(impuesto, tipo_factor, day)):
            return found
    return ()


@lru_cache(1)
def _installed(edition: Edition) -> tuple[Regla, ...]:
    if not edition.source.has("TasaOCuota"):
        return ()
    return tuple(_read(row) for _, row, _ in edition.source.rows("TasaOCuota"))


def _read(row: Row) -> Regla:
    tipo, minimo, valor, impuesto, factor, traslado, retencion = row.value
    return Regla(
        _IMPUESTOS[impuesto.split()[0]],
        factor,
        minimo=Decimal(minimo if tipo == "Rango" else valor),
        maximo=Decimal(valor),
        traslado=traslado == "1",
        retencion=retencion == "1",
        desde=date.fromisoformat(row.desde or "2022-01-01"),
        hasta=date.fromisoformat(row.hasta) if row.hasta else None,
    )


def _own_table() -> Iterator[Regla]:
    for tasa in ("0", "0.16", "0.08"):
        yield _fixed("002", tasa)
    yield Regla("002", "Tasa", Decimal(0), Decimal("0.16"), traslado=False, retencion=True)
    yield Regla("001", "Tasa", Decimal(0), Decimal("0.35"), traslado=False, retencion=True)
    for tasa in ("0", "0.03"):
        yield _fixed("003", tasa)
    for tasa in _IEPS_BOTH:
        yield _fixed("003", tasa, retencion=True)
    yield from _cuotas()


def _fixed(impuesto: str, tasa: str, *, retencion: bool = False) -> Regla:
    return Regla(impuesto, "Tasa", Decimal(tasa), Decimal(tasa), traslado=True, retencion=retencion)


def _cuotas() -> Iterator[Regla]:
    ends = [date.fromisoformat(since) - timedelta(days=1) for since, _ in _CUOTAS[1:]]
    for (since, largest), hasta in zip(_CUOTAS, [*ends, None], strict=True):
        yield Regla("003", "Cuota", Decimal(0), Decimal(largest), True, True, date.fromisoformat(since), hasta)


_TABLE = tuple(_own_table())
