"""Rules of the issuer that can be checked without SAT's list of taxpayers."""

import re

from hub.cfdi.document import Emisor
from hub.cfdi.rules.rule import KeptRules
from hub.cfdi.text import clean
from hub.sat import regimen_uso, rfc

_FAC_ATR = re.compile(r"[0-9]{10}")
of_emisor: KeptRules[Emisor] = KeptRules("emisor")


@of_emisor("CFDI40138", "nombre")
def issuer_has_a_name(e: Emisor) -> bool:
    """The issuer has a tidy name of at most 300 characters; whether it is registered only SAT's l_RFC knows."""
    return e.nombre != "" and clean(e.nombre, 300) == e.nombre


@of_emisor("CFDI40140", "regimen_fiscal")
def issuers_regimen_is_in_the_catalog(e: Emisor) -> bool:
    """The issuer's RegimenFiscal is a key of c_RegimenFiscal."""
    return regimen_uso.is_regimen(e.regimen_fiscal)


@of_emisor("CFDI40141", "regimen_fiscal")
def issuers_regimen_fits_the_person(e: Emisor) -> bool:
    """The issuer's RegimenFiscal is one of its kind of person."""
    regimen = e.regimen_fiscal
    return not regimen_uso.is_regimen(regimen) or regimen_uso.fits_person(regimen, rfc.person(e.rfc))


@of_emisor("CFDI40142", "fac_atr_adquirente")
def number_of_the_operation_has_ten_digits(e: Emisor) -> bool:
    """FacAtrAdquirente has ten digits; whether it is such an operation's number only SAT knows."""
    return not e.fac_atr_adquirente or _FAC_ATR.fullmatch(e.fac_atr_adquirente) is not None
