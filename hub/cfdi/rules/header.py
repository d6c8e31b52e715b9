"""Rules of the document's own attributes."""

import re
from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.cfdi.limits import decimals_of, half_up
from hub.cfdi.rules.rule import of_document
from hub.cfdi.rules.shape import is_fecha
from hub.cfdi.rules.sums import Sums, is_short, of_sums
from hub.cfdi.text import clean
from hub.sat import catalogs, regimen_uso, rfc

_ZERO, _TOO_LARGE = Decimal(0), Decimal(10**18)
_NO_CERTIFICADO, _FAC_ATR = re.compile(r"[0-9]{20}"), re.compile(r"[0-9]{10}")
_WITH_AMOUNTS = ("I", "E", "N")


@of_document("CFDI40101", "fecha")
def fecha_has_sats_pattern(c: Comprobante, _: Comprobante) -> bool:
    """Fecha is an existing moment, AAAA-MM-DDThh:mm:ss without zone."""
    return is_fecha(c.fecha)


@of_document("CFDI40103", "forma_pago")
def forma_pago_only_where_something_is_paid(c: Comprobante, _: Comprobante) -> bool:
    """FormaPago must not exist in T, N and P."""
    return c.tipo_de_comprobante not in ("T", "N", "P") or not c.forma_pago


@of_document("CFDI40104", "forma_pago")
def forma_pago_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """FormaPago is a key of c_FormaPago."""
    return not c.forma_pago or catalogs.is_key("FormaPago", c.forma_pago)


@of_document("CFDI40105", "forma_pago")
def unpaid_means_forma_pago_99(c: Comprobante, _: Comprobante) -> bool:
    """MetodoPago PPD goes with FormaPago 99."""
    return c.metodo_pago != "PPD" or c.forma_pago == "99"


@of_document("CFDI40106", "no_certificado")
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


@of_document("CFDI40109", "sub_total")
def sub_total_is_zero_without_a_sale(c: Comprobante, _: Comprobante) -> bool:
    """SubTotal is 0 in T and P."""
    return c.tipo_de_comprobante not in ("T", "P") or c.sub_total == 0


@of_document("CFDI40110", "descuento")
def descuento_is_at_most_the_sub_total(c: Comprobante, _: Comprobante) -> bool:
    """Descuento is not above SubTotal."""
    return c.descuento is None or c.descuento <= c.sub_total


@of_sums("CFDI40111", "descuento")
def descuento_is_the_sum_of_the_conceptos(s: Sums, c: Comprobante) -> bool:
    """Descuento exists if a Concepto has one, and is their rounded sum; in T and P there is none at all."""
    if s.descuento is None or c.tipo_de_comprobante in ("T", "P"):
        return c.descuento is None and s.descuento is None
    return c.descuento == half_up(s.descuento, s.unit)


@of_sums("CFDI40112", "descuento")
def descuento_has_the_currencys_decimals(s: Sums, c: Comprobante) -> bool:
    """Descuento has at most the decimals of Moneda."""
    return is_short(c.descuento, s.unit)


@of_document("CFDI40113", "moneda")
def moneda_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """Moneda is a key of c_Moneda."""
    return catalogs.is_key("Moneda", c.moneda)


@of_document("CFDI40114", "tipo_cambio")
def pesos_have_no_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With Moneda MXN, TipoCambio is absent or 1, without decimals."""
    return c.moneda != "MXN" or c.tipo_cambio is None or str(c.tipo_cambio) == "1"


@of_document("CFDI40115", "tipo_cambio")
def foreign_currency_has_an_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With a Moneda other than MXN and XXX, TipoCambio exists."""
    return c.moneda in ("MXN", "XXX") or c.tipo_cambio is not None


@of_document("CFDI40116", "tipo_cambio")
def no_currency_has_no_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With Moneda XXX, TipoCambio must not exist."""
    return c.moneda != "XXX" or c.tipo_cambio is None


@of_document("CFDI40117", "tipo_cambio")
def exchange_rate_has_sats_pattern(c: Comprobante, _: Comprobante) -> bool:
    """TipoCambio is above zero and has at most eighteen digits and six decimals."""
    return c.tipo_cambio is None or (0 < c.tipo_cambio < _TOO_LARGE and decimals_of(c.tipo_cambio) <= 6)


@of_document("CFDI40119", "total")
def total_adds_up(c: Comprobante, _: Comprobante) -> bool:
    """Total = SubTotal - Descuento + taxes transferred - taxes withheld, without any tolerance."""
    taxes = c.impuestos
    transferred = (taxes and taxes.total_impuestos_trasladados) or _ZERO
    withheld = (taxes and taxes.total_impuestos_retenidos) or _ZERO
    return c.total == c.sub_total - (c.descuento or _ZERO) + transferred - withheld


@of_document("CFDI40121", "tipo_de_comprobante")
def tipo_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """TipoDeComprobante is I, E, T, N or P."""
    return c.tipo_de_comprobante in ("I", "E", "T", "N", "P")


@of_document("CFDI40122", "exportacion")
def final_export_needs_its_complement(c: Comprobante, _: Comprobante) -> bool:
    """Exportacion 02 needs the complement Comercio Exterior, which these documents do not carry."""
    return c.exportacion != "02"


@of_document("CFDI40123", "exportacion")
def exportacion_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """Exportacion is a key of c_Exportacion."""
    return catalogs.is_key("Exportacion", c.exportacion)


@of_document("CFDI40124", "metodo_pago")
def metodo_pago_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """MetodoPago is PUE or PPD."""
    return not c.metodo_pago or c.metodo_pago in ("PUE", "PPD")


@of_document("CFDI40125", "metodo_pago")
def metodo_pago_only_where_something_is_paid(c: Comprobante, _: Comprobante) -> bool:
    """MetodoPago must not exist in T and P."""
    return c.tipo_de_comprobante not in ("T", "P") or not c.metodo_pago


@of_document("CFDI40126", "lugar_expedicion")
def lugar_expedicion_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """LugarExpedicion is a CP of c_CodigoPostal."""
    return catalogs.is_key("CodigoPostal", c.lugar_expedicion)


@of_document("CFDI40127", "confirmacion")
def nothing_needs_a_confirmation(c: Comprobante, _: Comprobante) -> bool:
    """Confirmacion must not exist: the procedure that gives one is not in force."""
    return not c.confirmacion


@of_document("CFDI40130", "informacion_global")
def only_a_global_says_its_period(c: Comprobante, _: Comprobante) -> bool:
    """An ingreso to PUBLICO EN GENERAL with the generic RFC carries InformacionGlobal, and no other document does."""
    to_public = c.receptor.rfc == rfc.NACIONAL and c.receptor.nombre == rfc.PUBLICO_EN_GENERAL
    return (c.informacion_global is not None) == (to_public and c.tipo_de_comprobante == "I")


@of_document("CFDI40137", "cfdi_relacionados")
def relations_are_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """TipoRelacion is a key of c_TipoRelacion in force in CFDI 4.0."""
    return all(catalogs.is_key("TipoRelacion", related.tipo_relacion) for related in c.cfdi_relacionados)


@of_document("CFDI40138", "emisor.nombre")
def issuer_has_a_name(c: Comprobante, _: Comprobante) -> bool:
    """The issuer has a tidy name of at most 300 characters; whether it is registered only SAT's l_RFC knows."""
    return c.emisor.nombre != "" and clean(c.emisor.nombre, 300) == c.emisor.nombre


@of_document("CFDI40140", "emisor.regimen_fiscal")
def issuers_regimen_is_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """The issuer's RegimenFiscal is a key of c_RegimenFiscal."""
    return regimen_uso.is_regimen(c.emisor.regimen_fiscal)


@of_document("CFDI40141", "emisor.regimen_fiscal")
def issuers_regimen_fits_the_person(c: Comprobante, _: Comprobante) -> bool:
    """The issuer's RegimenFiscal is one of its kind of person."""
    regimen = c.emisor.regimen_fiscal
    return not regimen_uso.is_regimen(regimen) or regimen_uso.fits_person(regimen, rfc.person(c.emisor.rfc))


@of_document("CFDI40142", "emisor.fac_atr_adquirente")
def number_of_the_operation_has_ten_digits(c: Comprobante, _: Comprobante) -> bool:
    """FacAtrAdquirente has ten digits; whether it is such an operation's number only SAT knows."""
    return not c.emisor.fac_atr_adquirente or _FAC_ATR.fullmatch(c.emisor.fac_atr_adquirente) is not None
