"""CFDI40130-40136: the factura global."""

from ..comprobante import Comprobante, Node
from ..padron import NACIONAL, PUBLICO_EN_GENERAL
from ..sat_files import catalog
from .rules import Rules

rules: Rules[Comprobante] = Rules()
_BIMONTHLY = frozenset({"13", "14", "15", "16", "17", "18"})
_OLDEST_YEARS = 5


def is_global(cfdi: Comprobante) -> bool:
    to_public = cfdi.receptor["Rfc"] == NACIONAL and cfdi.receptor["Nombre"] == PUBLICO_EN_GENERAL
    return to_public and cfdi.tipo == "I"


def _period(cfdi: Comprobante) -> Node:
    return cfdi.informacion_global or Node({})


@rules("CFDI40130", "InformacionGlobal existe solo, y siempre, en un ingreso a PUBLICO EN GENERAL.")
def present(cfdi: Comprobante) -> bool:
    return is_global(cfdi) == (cfdi.informacion_global is not None)


@rules("CFDI40131", "La Periodicidad no está en c_Periodicidad.")
def periodicidad_listed(cfdi: Comprobante) -> bool:
    return cfdi.informacion_global is None or _period(cfdi)["Periodicidad"] in catalog("c_Periodicidad")


@rules("CFDI40132", "La Periodicidad 05 es solo para el régimen 621.")
def bimonthly_regimen(cfdi: Comprobante) -> bool:
    return _period(cfdi)["Periodicidad"] != "05" or cfdi.emisor["RegimenFiscal"] == "621"


@rules("CFDI40133", "El campo Meses no está en c_Meses.")
def meses_listed(cfdi: Comprobante) -> bool:
    return cfdi.informacion_global is None or _period(cfdi)["Meses"] in catalog("c_Meses")


@rules("CFDI40134", "Sin Periodicidad 05 el campo Meses va de 01 a 12.")
def monthly_meses(cfdi: Comprobante) -> bool:
    return _period(cfdi)["Periodicidad"] == "05" or _period(cfdi)["Meses"] not in _BIMONTHLY


@rules("CFDI40135", "Con Periodicidad 05 el campo Meses va de 13 a 18.")
def bimonthly_meses(cfdi: Comprobante) -> bool:
    return _period(cfdi)["Periodicidad"] != "05" or _period(cfdi)["Meses"] in _BIMONTHLY


@rules("CFDI40136", "El Año no es el de la fecha ni uno de los cinco anteriores.")
def year_in_range(cfdi: Comprobante) -> bool:
    this_year = int(cfdi.node["Fecha"][:4])
    return not _period(cfdi)["Año"] or this_year - _OLDEST_YEARS <= int(_period(cfdi)["Año"]) <= this_year
