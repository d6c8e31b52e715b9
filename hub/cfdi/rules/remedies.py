"""What the operator does about a code: by the code where it is the issuer's to mend, else by who can mend it."""

from typing import Literal

Class = Literal["C", "E", "B", "T", "X"]

_BY_CLASS: dict[Class, str] = {
    "C": "the buyer corrects the field; the portal shows which",
    "E": "correct the issuer's configuration",
    "B": "report it: the hub should not make such a document",
    "T": "nothing: the hub tries again",
    "X": "nothing: the hub fetches the document that is there",
}
_NOMBRE = "write the issuer's name as in its Constancia, without régimen de capital"
_REGIMEN = "give the issuer the régimen of its Constancia"
_PRODUCT = "give the product a ClaveProdServ of c_ClaveProdServ that suits it"
_PRINCIPAL = "correct the principal of the line sold on commission, from its Constancia"
_PEDIMENTO = "correct the pedimento of the line: 21 characters, as printed on the pedimento"
_ABROAD = "leave the pedimento out: with Comercio Exterior it is not declared"
_PAC_LOGIN = "correct the PAC's user and password"
_CSD = "give the issuer its CSD in force: certificate and key from Certifica, not the e.firma"
_BY_CODE = {
    "300": _PAC_LOGIN,
    "301": "correct the value: too long, empty, or with characters that a CFDI cannot carry",
    **dict.fromkeys(("303", "304", "306", "308", "40106"), _CSD),
    "305": f"{_CSD}; SAT takes up to 72 hours to know a new one",
    "401": "check the clock; the hub makes the document anew, once",
    "402": "the issuer asks SAT why it may not issue",
    "40126": "give the issuer a CP of c_CodigoPostal, the nearest if its own is not listed",
    **dict.fromkeys(("40138", "40139"), _NOMBRE),
    **dict.fromkeys(("40140", "40141"), _REGIMEN),
    "40142": "correct the number of the operation that SAT gave for invoicing by the buyer",
    **dict.fromkeys(("40162", "40196"), _PRODUCT),
    "40163": "take another ClaveProdServ: this one needs a complement that the hub does not write",
    "40164": "give the product the tax that its ClaveProdServ demands, or another key",
    "40165": "give the product a unit of c_ClaveUnidad: H87 piece, E48 service",
    **dict.fromkeys(("40187", "40188", "40189", "40190", "40191", "40192", "40193", "140223"), _PRINCIPAL),
    **dict.fromkeys(("40194", "40199"), _PEDIMENTO),
    **dict.fromkeys(("40195", "40200"), _ABROAD),
    "140224": "take the withheld ISR out: SAT marks this issuer so that nobody withholds it",
    "140225": "withhold ISR of 1.25 %: SAT marks this issuer so that a company withholds it",
    "CRP20222": "correct the bank's RFC, or leave the bank out: it is optional",
}


def remedy(number: str, class_: Class) -> str:
    """One clause in English for a code as `CODES` keys it."""
    return _BY_CODE.get(number, _BY_CLASS[class_])
