"""Rules of the period of a factura global."""

from collections.abc import Callable

from hub.cfdi.document import Comprobante, InformacionGlobal
from hub.cfdi.rules.rule import Check, of_document
from hub.sat import catalogs

_BIMESTRAL, _REGIMEN_BIMESTRAL = "05", "621"
_TWO_MONTHS = frozenset({"13", "14", "15", "16", "17", "18"})
_OLDEST_YEARS = 5
_OfPeriod = Callable[[InformacionGlobal, Comprobante], bool]


def _of_global(code: str, field: str) -> Callable[[_OfPeriod], Check[Comprobante]]:
    """A rule that holds for every document without InformacionGlobal."""

    def register(holds: _OfPeriod) -> Check[Comprobante]:
        def of_comprobante(c: Comprobante, _: Comprobante) -> bool:
            return c.informacion_global is None or holds(c.informacion_global, c)

        of_comprobante.__doc__ = holds.__doc__
        return of_document(code, f"informacion_global.{field}")(of_comprobante)

    return register


@_of_global("CFDI40131", "periodicidad")
def periodicidad_is_in_the_catalog(g: InformacionGlobal, _: Comprobante) -> bool:
    """Periodicidad is a key of c_Periodicidad."""
    return catalogs.is_key("Periodicidad", g.periodicidad)


@_of_global("CFDI40132", "periodicidad")
def two_months_are_for_regimen_621(g: InformacionGlobal, c: Comprobante) -> bool:
    """Periodicidad 05 is for issuers of régimen 621 only."""
    return g.periodicidad != _BIMESTRAL or c.emisor.regimen_fiscal == _REGIMEN_BIMESTRAL


@_of_global("CFDI40133", "meses")
def meses_are_in_the_catalog(g: InformacionGlobal, _: Comprobante) -> bool:
    """Meses is a key of c_Meses."""
    return catalogs.is_key("Meses", g.meses)


@_of_global("CFDI40134", "meses")
def one_month_has_its_own_key(g: InformacionGlobal, _: Comprobante) -> bool:
    """With a Periodicidad other than 05, Meses is 01 to 12."""
    return g.periodicidad == _BIMESTRAL or g.meses not in _TWO_MONTHS


@_of_global("CFDI40135", "meses")
def two_months_have_their_own_keys(g: InformacionGlobal, _: Comprobante) -> bool:
    """With Periodicidad 05, Meses is 13 to 18."""
    return g.periodicidad != _BIMESTRAL or g.meses in _TWO_MONTHS


@_of_global("CFDI40136", "anio")
def the_year_is_recent(g: InformacionGlobal, c: Comprobante) -> bool:
    """Año is the year of Fecha or one of the five before it."""
    if not (g.anio.isascii() and g.anio.isdigit() and c.fecha[:4].isdigit()):
        return False
    return int(c.fecha[:4]) - _OLDEST_YEARS <= int(g.anio) <= int(c.fecha[:4])
