"""A refusal by Facturama: whose fault it is. Texts often come without a code."""

import re

from hub.plugin import Answer, ConfigError, InDoubtError, Rejected

from .answers import messages

ALREADY = "307"
_REFUSALS = frozenset({400, 402, 422})
_CODE = re.compile(r"\b(?:CFDI|CRP)\d{5}\b|(?:(?<=^)|(?<=; ))(?:30\d|40[1-3])(?=\s*[-.:])")
_OF_THE_CSD = frozenset({"303", "304", "305", "306", "308", "402"})
# These texts are not confirmed: a refusal that none of them fits is the document's, and a person reads it.
_GONE = r"(no (te )?quedan|sin|agotad|insuficient|no cuenta con)"
_NO_FOLIOS = re.compile(rf"{_GONE}.{{0,40}}(folios|timbres)\b", re.IGNORECASE)
_NO_PLAN = re.compile(r"(suscripci[oó]n|plan).{0,40}(inactiv|vencid|expirad|termin)", re.IGNORECASE)
_KEEPS_NO_CSD = r"(no existe|no se encontr|no (ha|tiene)).{0,60}\b(CSD|sellos? digital)"
_CSD_IS_BAD = r"\b(CSD|sellos? digital|certificado).{0,60}(carg|no existe|no se encontr|vencid|caduc)"
_NO_CSD = re.compile(f"{_KEEPS_NO_CSD}|{_CSD_IS_BAD}", re.IGNORECASE)
_THING = r"(folio|cfdi|comprobante)"
_AGAIN = r"(ya existe|duplicad)"
_ALREADY = re.compile(
    rf"timbrado previamente|timbre previo|{_AGAIN}.{{0,60}}{_THING}|{_THING}.{{0,60}}{_AGAIN}", re.IGNORECASE
)


def refusal(answer: Answer) -> Rejected:
    """Why nothing was made; code 307 if it says that the invoice exists already.

    Raises:
        ConfigError: the account or the CSD must be put in order.
        InDoubtError: this is no refusal that can be trusted.
    """
    said = messages(answer.json()) if answer.status in _REFUSALS else []
    if not said:
        raise InDoubtError(f"Facturama answers HTTP {answer.status} without saying why")
    text = "; ".join(said)
    found = _CODE.search(text)
    code = found[0] if found else ""
    if code == ALREADY or (not code and _ALREADY.search(text)):
        return Rejected(ALREADY, text)
    if answer.status == 402 or _NO_FOLIOS.search(text) or _NO_PLAN.search(text):
        raise ConfigError("Facturama: no folios are left, or the plan has ended", hint="renew the plan at Facturama")
    if code in _OF_THE_CSD or (not code and _NO_CSD.search(text)):
        raise ConfigError("Facturama has no CSD of this issuer that works", hint="register the issuer's CSD there anew")
    return Rejected(code or f"HTTP {answer.status}", text)
