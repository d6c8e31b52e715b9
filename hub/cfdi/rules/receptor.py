"""Rules of the receptor that can be checked without SAT's list of taxpayers."""

from typing import NamedTuple

from hub.cfdi.document import Comprobante
from hub.cfdi.rules.rule import KeptRules, Rules, of_document
from hub.cfdi.text import clean
from hub.sat import catalogs, regimen_uso, rfc


class Situation(NamedTuple):
    """What a receptor declares besides who it is; there are some hundred."""

    regimen_fiscal: str
    uso_cfdi: str
    person: rfc.Person


of_situation: KeptRules[Situation] = KeptRules("situation")
of_public: Rules[Comprobante] = Rules()
"""Rules of a document to a generic RFC or to PUBLICO EN GENERAL, or with InformacionGlobal."""
of_foreigner: Rules[Comprobante] = Rules()
"""Rules that hold for every receptor without ResidenciaFiscal and NumRegIdTrib."""


@of_document("CFDI40143", "receptor.rfc")
def rfc_has_sats_pattern(c: Comprobante, _: Comprobante) -> bool:
    """The RFC has the shape of one; whether it is registered only SAT's l_RFC knows."""
    return rfc.is_valid(c.receptor.rfc)


@of_document("CFDI40144", "receptor.nombre")
def nombre_is_given(c: Comprobante, _: Comprobante) -> bool:
    """There is a tidy name of at most 300 characters; whether it is registered only SAT's l_RFC knows."""
    return c.receptor.nombre != "" and clean(c.receptor.nombre, 300) == c.receptor.nombre


@of_public("CFDI40146", "receptor.nombre")
def only_the_generic_rfc_is_the_public(c: Comprobante, _: Comprobante) -> bool:
    """The name PUBLICO EN GENERAL goes with XAXX010101000 only."""
    return c.receptor.nombre != rfc.PUBLICO_EN_GENERAL or c.receptor.rfc == rfc.NACIONAL


@of_document("CFDI40147", "receptor.domicilio_fiscal")
def codigo_postal_exists(c: Comprobante, _: Comprobante) -> bool:
    """DomicilioFiscalReceptor is a CP of c_CodigoPostal."""
    return catalogs.is_key("CodigoPostal", c.receptor.domicilio_fiscal)


@of_public("CFDI40149", "receptor.domicilio_fiscal")
def generic_rfc_lives_where_the_issuer_sells(c: Comprobante, _: Comprobante) -> bool:
    """With a generic RFC, DomicilioFiscalReceptor equals LugarExpedicion."""
    return not rfc.is_generic(c.receptor.rfc) or c.receptor.domicilio_fiscal == c.lugar_expedicion


@of_foreigner("CFDI40150", "receptor.residencia_fiscal")
def residencia_is_a_country(c: Comprobante, _: Comprobante) -> bool:
    """ResidenciaFiscal is a key of c_Pais."""
    return not c.receptor.residencia_fiscal or catalogs.is_key("Pais", c.receptor.residencia_fiscal)


@of_foreigner("CFDI40151", "receptor.residencia_fiscal")
def only_foreigners_have_a_residencia(c: Comprobante, _: Comprobante) -> bool:
    """ResidenciaFiscal exists only with XEXX010101000."""
    return not c.receptor.residencia_fiscal or c.receptor.rfc == rfc.EXTRANJERO


@of_foreigner("CFDI40152", "receptor.residencia_fiscal")
def residencia_is_abroad(c: Comprobante, _: Comprobante) -> bool:
    """ResidenciaFiscal is not MEX."""
    return c.receptor.residencia_fiscal != "MEX"


@of_foreigner("CFDI40153", "receptor.residencia_fiscal")
def a_foreign_tax_number_has_a_country(c: Comprobante, _: Comprobante) -> bool:
    """ResidenciaFiscal exists if NumRegIdTrib does."""
    return not c.receptor.num_reg_id_trib or bool(c.receptor.residencia_fiscal)


@of_foreigner("CFDI40154", "receptor.num_reg_id_trib")
def only_foreigners_have_a_foreign_tax_number(c: Comprobante, _: Comprobante) -> bool:
    """NumRegIdTrib exists only with XEXX010101000."""
    return not c.receptor.num_reg_id_trib or c.receptor.rfc == rfc.EXTRANJERO


@of_foreigner("CFDI40155", "receptor.num_reg_id_trib")
def only_exports_have_a_foreign_tax_number(c: Comprobante, _: Comprobante) -> bool:
    """NumRegIdTrib needs the complement Comercio Exterior, which these documents do not carry."""
    return not c.receptor.num_reg_id_trib


@of_situation("CFDI40157", "regimen_fiscal")
def regimen_is_in_the_catalog(s: Situation) -> bool:
    """RegimenFiscalReceptor is a key of c_RegimenFiscal in force in CFDI 4.0."""
    return regimen_uso.is_regimen(s.regimen_fiscal)


@of_situation("CFDI40158", "regimen_fiscal")
def regimen_fits_the_person(s: Situation) -> bool:
    """RegimenFiscalReceptor is one of the receptor's kind of person."""
    regimen = s.regimen_fiscal
    return not regimen_uso.is_regimen(regimen) or regimen_uso.fits_person(regimen, s.person)


@of_public("CFDI40159", "receptor.regimen_fiscal")
def generic_rfc_has_regimen_616(c: Comprobante, _: Comprobante) -> bool:
    """With a generic RFC, RegimenFiscalReceptor is 616."""
    return not rfc.is_generic(c.receptor.rfc) or c.receptor.regimen_fiscal == "616"


@of_situation("CFDI40160", "uso_cfdi")
def uso_is_in_the_catalog(s: Situation) -> bool:
    """UsoCFDI is a key of c_UsoCFDI in force in CFDI 4.0."""
    return catalogs.is_key("UsoCFDI", s.uso_cfdi)


@of_situation("CFDI40161", "uso_cfdi")
def uso_goes_with_the_regimen(s: Situation) -> bool:
    """UsoCFDI is allowed for the receptor's régimen and kind of person."""
    if not regimen_uso.fits_person(s.regimen_fiscal, s.person):
        return True  # that is CFDI40157 or CFDI40158
    if not catalogs.is_key("UsoCFDI", s.uso_cfdi):
        return True  # that is CFDI40160
    return regimen_uso.allows(s.regimen_fiscal, s.uso_cfdi, s.person)
