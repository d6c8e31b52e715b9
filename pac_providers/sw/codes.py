"""What SW's codes mean for the hub. Whatever is not here proves nothing and is in doubt."""

import re
from collections.abc import Mapping

from hub.plugin import CancelRefused, ConfigError, InDoubtError, Rejected

from .envelope import Envelope

ALREADY_STAMPED, DUPLICATE_KEY, NOT_KNOWN_YET = "307", "CFDI3307", "205"
RECEIVED = frozenset({"201", "202"})

_CSD = "look at the issuer's CSD: validity, and up to 72 hours until SAT lists a new one"
_LOGIN = "check token, or user and password, and that they belong to this environment"
CONFIG: Mapping[str, tuple[str, str]] = {
    "304": ("the CSD is revoked or expired", _CSD),
    "305": ("the CSD is not valid at the date of the CFDI, or not listed yet", _CSD),
    "306": ("the certificate is not a CSD", "seal with the CSD, not with the e.firma"),
    "308": ("the CSD was not issued by SAT", "test certificates are for the sandbox, real ones for production"),
    "309": ("the certificate is refused", _CSD),
    "310": ("the certificate is refused", _CSD),
    "402": ("SAT does not list the issuer with this régimen", "look at the issuer's situation at SAT"),
    "CR1308": ("the CSD is revoked or expired", _CSD),
}
_LOGIN_CODE = re.compile(r"AU\d+")
_DATA = frozenset({"301", "302", "303", "401", "403"})
_OF_SATS_MATRIX = re.compile(r"(CFDI|CRP)\d{5,6}")

CANCEL_REFUSALS: Mapping[str, str] = {
    "203": "the CFDI is not of this issuer",
    "204": "it cannot be cancelled: a valid CFDI relates to it",
    "205": "SAT does not know the CFDI yet",
    "206": "it is not of the primary sector",
    "207": "the motivo is missing or not valid",
    "208": "the UUID of the substitute is not valid",
    "209": "this motivo takes no substitute",
    "210": "the declaration was filed before",
    "211": "too late to cancel a factura global",
    "212": "the relation is not valid",
    "301": "the request is not well-formed",
    "302": "the request is not signed correctly",
    "311": "the motivo is not valid",
    "312": "the substitute does not relate to this CFDI with that motivo",
}
_FIELDS_REFUSED, _UNCONTROLLED = "CACFDI33", "no controlado"
_REQUEST_REFUSED = frozenset({"CR1309", "CR1310"})


def refusal(envelope: Envelope) -> Rejected:
    """What an error without a stamp means.

    Raises:
        ConfigError: the account, the CSD or the issuer: a person must change something.
        InDoubtError: the code says nothing sure, or there is none.
    """
    refuse_config(envelope.code)
    if envelope.code in _DATA or _OF_SATS_MATRIX.fullmatch(envelope.code):
        return Rejected(envelope.code, envelope.message)
    raise InDoubtError(f"SW answers {f'code {envelope.code}' if envelope.code else 'an error without a code'}")


def refuse_config(code: str) -> None:
    """Raise ConfigError for a code that a person must attend to."""
    if _LOGIN_CODE.fullmatch(code):
        raise ConfigError(f"SW {code}: the login is refused", hint=_LOGIN)
    if code in CONFIG:
        what, hint = CONFIG[code]
        raise ConfigError(f"SW {code}: {what}", hint=hint)


def cancel_refusal(code: str) -> CancelRefused:
    """What SAT's code of one folio means; raises as `refusal`."""
    refuse_config(code)
    if code in CANCEL_REFUSALS:
        return CancelRefused(code, CANCEL_REFUSALS[code], again_later=code == NOT_KNOWN_YET)
    raise InDoubtError("SW answers the cancellation with a code that says nothing sure")


def cancel_error(envelope: Envelope) -> CancelRefused:
    """What an error of the whole cancellation means; raises as `refusal`."""
    refuse_config(envelope.code)
    refuse_config(envelope.detail_code)
    if envelope.detail_code in _REQUEST_REFUSED:
        return CancelRefused(envelope.detail_code, envelope.message)
    # One code for fields that are wrong and for anything at all: here only the words differ.
    if envelope.code == _FIELDS_REFUSED and _UNCONTROLLED not in envelope.message.casefold():
        return CancelRefused(envelope.code, envelope.message)
    return cancel_refusal(envelope.code)
