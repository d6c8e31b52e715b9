"""Rules of the keys a document begins with, which an issuer's sales have in common."""

from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from hub.cfdi.document import Comprobante
from hub.cfdi.rules.rule import KeptRules
from hub.sat import catalogs


class Head(NamedTuple):
    """The attributes of a Comprobante that are keys or codes."""

    tipo_de_comprobante: str
    forma_pago: str | None
    metodo_pago: str | None
    moneda: str
    exportacion: str
    lugar_expedicion: str
    confirmacion: str | None


of_head: KeptRules[Head] = KeptRules("head")


head_of: Callable[[Comprobante], tuple[str | None, ...]] = itemgetter(*map(Comprobante._fields.index, Head._fields))
"""Those of a document, as a tuple equal to its `Head`."""


@of_head("CFDI40103", "forma_pago")
def forma_pago_only_where_something_is_paid(h: Head) -> bool:
    """FormaPago must not exist in T, N and P."""
    return h.tipo_de_comprobante not in ("T", "N", "P") or not h.forma_pago


@of_head("CFDI40104", "forma_pago")
def forma_pago_is_in_the_catalog(h: Head) -> bool:
    """FormaPago is a key of c_FormaPago."""
    return not h.forma_pago or catalogs.is_key("FormaPago", h.forma_pago)


@of_head("CFDI40105", "forma_pago")
def unpaid_means_forma_pago_99(h: Head) -> bool:
    """MetodoPago PPD goes with FormaPago 99."""
    return h.metodo_pago != "PPD" or h.forma_pago == "99"


@of_head("CFDI40113", "moneda")
def moneda_is_in_the_catalog(h: Head) -> bool:
    """Moneda is a key of c_Moneda."""
    return catalogs.is_key("Moneda", h.moneda)


@of_head("CFDI40121", "tipo_de_comprobante")
def tipo_is_in_the_catalog(h: Head) -> bool:
    """TipoDeComprobante is I, E, T, N or P."""
    return h.tipo_de_comprobante in ("I", "E", "T", "N", "P")


@of_head("CFDI40122", "exportacion")
def final_export_needs_its_complement(h: Head) -> bool:
    """Exportacion 02 needs the complement Comercio Exterior, which these documents do not carry."""
    return h.exportacion != "02"


@of_head("CFDI40123", "exportacion")
def exportacion_is_in_the_catalog(h: Head) -> bool:
    """Exportacion is a key of c_Exportacion."""
    return catalogs.is_key("Exportacion", h.exportacion)


@of_head("CFDI40124", "metodo_pago")
def metodo_pago_is_in_the_catalog(h: Head) -> bool:
    """MetodoPago is PUE or PPD."""
    return not h.metodo_pago or h.metodo_pago in ("PUE", "PPD")


@of_head("CFDI40125", "metodo_pago")
def metodo_pago_only_where_something_is_paid(h: Head) -> bool:
    """MetodoPago must not exist in T and P."""
    return h.tipo_de_comprobante not in ("T", "P") or not h.metodo_pago


@of_head("CFDI40126", "lugar_expedicion")
def lugar_expedicion_is_in_the_catalog(h: Head) -> bool:
    """LugarExpedicion is a CP of c_CodigoPostal."""
    return catalogs.is_key("CodigoPostal", h.lugar_expedicion)


@of_head("CFDI40127", "confirmacion")
def nothing_needs_a_confirmation(h: Head) -> bool:
    """Confirmacion must not exist: the procedure that gives one is not in force."""
    return not h.confirmacion
