"""Rules of the period of a factura global."""

from hub.cfdi.document import Comprobante, InformacionGlobal
from hub.cfdi.rules.rule import Rules
from hub.sat import catalogs

_BIMESTRAL, _REGIMEN_BIMESTRAL = "05", "621"
_TWO_MONTHS = frozenset({"13", "14", "15", "16", "17", "18"})
_OLDEST_YEARS = 5
of_global: Rules[InformacionGlobal] = Rules()


@of_global("CFDI40131", "periodicidad")
def periodicidad_is_in_the_catalog(g: InformacionGlobal, _: Comprobante) -> bool:
    """Periodicidad is a key of c_Periodicidad."""
    return catalogs.is_key("Periodicidad", g.periodicidad)


@of_global("CFDI40132", "periodicidad")
def two_months_are_for_regimen_621(g: InformacionGlobal, c: Comprobante) -> bool:
    """Periodicidad 05 is for issuers of régimen 621 only."""
    return g.periodicidad != _BIMESTRAL or c.emisor.regimen_fiscal == _REGIMEN_BIMESTRAL


@of_global("CFDI40133", "meses")
def meses_are_in_the_catalog(g: InformacionGlobal, _: Comprobante) -> bool:
    """Meses is a key of c_Meses."""
    return catalogs.is_key("Meses", g.meses)


@of_global("CFDI40134", "meses")
def one_month_has_its_own_key(g: InformacionGlobal, _: Comprobante) -> bool:
    """With a Periodicidad other than 05, Meses is 01 to 12."""
    return g.periodicidad == _BIMESTRAL or g.meses not in _TWO_MONTHS


@of_global("CFDI40135", "meses")
def two_months_have_their_own_keys(g: InformacionGlobal, _: Comprobante) -> bool:
    """With Periodicidad 05, Meses is 13 to 18."""
    return g.periodicidad != _BIMESTRAL or g.meses in _TWO_MONTHS


@of_global("CFDI40136", "anio")
def the_year_is_recent(g: InformacionGlobal, c: Comprobante) -> bool:
    """Año is the year of Fecha or one of the five before it."""
    if not (g.anio.isascii() and g.anio.isdigit() and c.fecha[:4].isdigit()):
        return False
    return int(c.fecha[:4]) - _OLDEST_YEARS <= int(g.anio) <= int(c.fecha[:4])
