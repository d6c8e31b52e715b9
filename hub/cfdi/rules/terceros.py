"""Rules of ACuentaTerceros that can be checked without SAT's lists of taxpayers."""

from hub.cfdi.document import ACuentaTerceros, Comprobante
from hub.cfdi.rules.rule import Rules
from hub.cfdi.terceros import NOMBRE_EXTRANJERO, REGIMEN_EXTRANJERO, RFC_EXTRANJERO
from hub.cfdi.text import clean
from hub.sat import catalogs, regimen_uso, rfc

of_tercero: Rules[ACuentaTerceros] = Rules()


def _is_foreign(t: ACuentaTerceros) -> bool:
    return t.rfc == RFC_EXTRANJERO


@of_tercero("CFDI40187", "rfc")
def principal_has_an_rfc(t: ACuentaTerceros, _: Comprobante) -> bool:
    """RfcACuentaTerceros has the shape of an RFC; whether it is in l_LCO only a PAC knows."""
    return rfc.is_valid(t.rfc)


@of_tercero("CFDI40188", "rfc")
def principal_is_somebody_else(t: ACuentaTerceros, c: Comprobante) -> bool:
    """RfcACuentaTerceros is neither the issuer's nor the receptor's RFC."""
    return t.rfc not in (c.emisor.rfc, c.receptor.rfc)


@of_tercero("CFDI40189", "nombre")
def principal_has_a_name(t: ACuentaTerceros, _: Comprobante) -> bool:
    """NombreACuentaTerceros is a tidy name of at most 300 characters."""
    return t.nombre != "" and clean(t.nombre, 300) == t.nombre


@of_tercero("CFDI40190", "nombre")
def a_foreign_principal_has_sats_name(t: ACuentaTerceros, _: Comprobante) -> bool:
    """With EXT990101NI1, NombreACuentaTerceros is the sentence that SAT prescribes."""
    return not _is_foreign(t) or t.nombre == NOMBRE_EXTRANJERO


@of_tercero("CFDI40191", "regimen_fiscal")
def principals_regimen_is_in_the_catalog(t: ACuentaTerceros, _: Comprobante) -> bool:
    """RegimenFiscalACuentaTerceros is a key of c_RegimenFiscal."""
    return regimen_uso.is_regimen(t.regimen_fiscal)


@of_tercero("CFDI40192", "domicilio_fiscal")
def principals_codigo_postal_exists(t: ACuentaTerceros, _: Comprobante) -> bool:
    """DomicilioFiscalACuentaTerceros is a CP of c_CodigoPostal."""
    return catalogs.is_key("CodigoPostal", t.domicilio_fiscal)


@of_tercero("CFDI40193", "domicilio_fiscal")
def a_foreign_principal_lives_where_the_issuer_sells(t: ACuentaTerceros, c: Comprobante) -> bool:
    """With EXT990101NI1, DomicilioFiscalACuentaTerceros equals LugarExpedicion."""
    return not _is_foreign(t) or t.domicilio_fiscal == c.lugar_expedicion


@of_tercero("CFDI140223", "regimen_fiscal")
def a_foreign_principal_has_regimen_616(t: ACuentaTerceros, _: Comprobante) -> bool:
    """With EXT990101NI1, RegimenFiscalACuentaTerceros is 616."""
    return not _is_foreign(t) or t.regimen_fiscal == REGIMEN_EXTRANJERO
