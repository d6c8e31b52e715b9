"""Rules of the document's own attributes, its amounts and what depends on its receptor."""

import re
from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.cfdi.impuestos_locales import local_taxes
from hub.cfdi.limits import half_up
from hub.cfdi.rules.receptor import of_public
from hub.cfdi.rules.rule import Rules, of_document, of_unsold
from hub.cfdi.rules.shape import is_fecha
from hub.cfdi.rules.sums import Sums, is_short, of_discounts, of_sums
from hub.sat import catalogs, rfc

_ZERO = Decimal(0)
_NO_CERTIFICADO = re.compile(r"[0-9]{20}")
_WITH_AMOUNTS = ("I", "E", "N")
of_sealed: Rules[Comprobante] = Rules()
"""Rules of a document with NoCertificado."""
of_related: Rules[Comprobante] = Rules()
"""Rules of a document that refers to others."""


@of_document("CFDI40101", "fecha")
def fecha_has_sats_pattern(c: Comprobante, _: Comprobante) -> bool:
    """Fecha is an existing moment, AAAA-MM-DDThh:mm:ss without zone."""
    return is_fecha(c.fecha)


@of_sealed("CFDI40106", "no_certificado")
def certificate_has_a_number(c: Comprobante, _: Comprobante) -> bool:
    """NoCertificado, once the document is sealed, has twenty digits; whether it is in force only a PAC knows."""
    return not c.no_certificado or _NO_CERTIFICADO.fullmatch(c.no_certificado) is not None


@of_sums("CFDI40107", "sub_total")
def sub_total_has_the_currencys_decimals(s: Sums, c: Comprobante) -> bool:
    """SubTotal has at most the decimals of Moneda."""
    return is_short(c.sub_total, s.unit)


@of_sums("CFDI40108", "sub_total")
def sub_total_is_the_sum_of_importes(s: Sums, c: Comprobante) -> bool:
    """SubTotal is the rounded sum of the Conceptos' Importe."""
    if c.tipo_de_comprobante not in _WITH_AMOUNTS:
        return True
    return c.sub_total == half_up(s.importes, s.unit)


@of_unsold("CFDI40109", "sub_total")
def sub_total_is_zero_without_a_sale(c: Comprobante, _: Comprobante) -> bool:
    """SubTotal is 0 in T and P."""
    return c.tipo_de_comprobante not in ("T", "P") or c.sub_total == 0


@of_discounts("CFDI40110", "descuento")
def descuento_is_at_most_the_sub_total(_: Sums, c: Comprobante) -> bool:
    """Descuento is not above SubTotal."""
    return c.descuento is None or c.descuento <= c.sub_total


@of_discounts("CFDI40111", "descuento")
def descuento_is_the_sum_of_the_conceptos(s: Sums, c: Comprobante) -> bool:
    """Descuento exists if a Concepto has one, and is their rounded sum; in T and P there is none at all."""
    if s.descuento is None or c.tipo_de_comprobante in ("T", "P"):
        return c.descuento is None and s.descuento is None
    return c.descuento == half_up(s.descuento, s.unit)


@of_discounts("CFDI40112", "descuento")
def descuento_has_the_currencys_decimals(s: Sums, c: Comprobante) -> bool:
    """Descuento has at most the decimals of Moneda."""
    return is_short(c.descuento, s.unit)


@of_document("CFDI40119", "total")
def total_adds_up(c: Comprobante, _: Comprobante) -> bool:
    """Total = SubTotal - Descuento + taxes transferred - taxes withheld + local taxes, without any tolerance."""
    taxes = c.impuestos
    transferred = (taxes and taxes.total_impuestos_trasladados) or _ZERO
    withheld = (taxes and taxes.total_impuestos_retenidos) or _ZERO
    federal = c.sub_total - (c.descuento or _ZERO) + transferred - withheld
    return c.total == federal + local_taxes(c)


@of_public("CFDI40130", "informacion_global")
def only_a_global_says_its_period(c: Comprobante, _: Comprobante) -> bool:
    """An ingreso to PUBLICO EN GENERAL with the generic RFC carries InformacionGlobal, and no other document does."""
    to_public = c.receptor.rfc == rfc.NACIONAL and c.receptor.nombre == rfc.PUBLICO_EN_GENERAL
    return (c.informacion_global is not None) == (to_public and c.tipo_de_comprobante == "I")


@of_related("CFDI40137", "cfdi_relacionados")
def relations_are_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """TipoRelacion is a key of c_TipoRelacion in force in CFDI 4.0."""
    return all([catalogs.is_key("TipoRelacion", related.tipo_relacion) for related in c.cfdi_relacionados])
