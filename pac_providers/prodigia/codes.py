"""What Prodigia's codes mean for the hub. Whatever is not here proves nothing and is in doubt."""

import re
from collections.abc import Mapping

from hub.plugin import ConfigError, InDoubtError, Rejected, TransientError

ALREADY_STAMPED, NO_SUCH_CFDI, NOTHING_PENDING, DOWN = "307", "602", "1101", "5"
_SAT_IS_DOWN = "7"

_CSD = "look at the issuer's CSD: validity, and up to 72 hours until SAT lists a new one"
_CONFIG: Mapping[str, tuple[str, str]] = {
    "1": ("user or password refused", "check them; three wrong tries lock the user until it is reset in PADE's panel"),
    "2": ("the contract is not valid, has expired or has no stamps left", "look at the contract in PADE's panel"),
    "3": ("a parameter is refused", "check the contract's code and the options of this PAC"),
    "20": ("the user has no default certificate", "look at the account in PADE's panel"),
    "304": ("the CSD is revoked or expired", _CSD),
    "305": ("the CSD is not valid at the date of the CFDI, or not listed yet", _CSD),
    "306": ("the certificate is not a CSD", "seal with the CSD, not with the e.firma"),
    "308": ("the CSD was not issued by SAT", "test certificates are for tests, real ones for production"),
    "402": ("SAT does not list the issuer with this régimen", "look at the issuer's situation at SAT"),
}
_DATA = frozenset({"301", "302", "303", "401", "403"})
_OF_SATS_MATRIX = re.compile(r"(CFDI|CRP)\d{5,6}")
_READABLE = re.compile(r"[A-Za-z0-9]{1,12}")

CANCEL_RECEIVED = {"201": "201", "202": "202", "95": "202", "96": "202", "98": "202"}
"""Prodigia's code and SAT's: what was asked before is under way or done, whatever came of it."""
CANCEL_NOT_YET = frozenset({"90", "205"})
CANCEL_REFUSED: Mapping[str, str] = {
    "90": "SAT does not know the CFDI yet",
    "92": "SAT does not take what identifies the CFDI",
    "94": "it cannot be cancelled: a valid CFDI relates to it",
    "97": "the receiver rejected the cancellation",
    "99": "the most cancellations were asked for",
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


def refusal(code: str, message: str) -> Rejected:
    """What a stamp without a timbre means.

    Raises:
        ConfigError: the account, the CSD or the issuer: a person must change something.
        TransientError: maintenance; nothing was done.
        InDoubtError: the code says nothing sure.
    """
    refuse_account(code)
    if code not in _DATA and not _OF_SATS_MATRIX.fullmatch(code):
        raise InDoubtError(f"Prodigia answers {said(code)}")
    return Rejected(code, message or f"Prodigia says {code} without words")


def refuse_account(code: str) -> None:
    """Raise what a code means that says nothing of the document."""
    if code in _CONFIG:
        what, hint = _CONFIG[code]
        raise ConfigError(f"Prodigia {code}: {what}", hint=hint)
    if code in {DOWN, _SAT_IS_DOWN}:
        raise TransientError(f"Prodigia {code}: {'maintenance' if code == DOWN else 'SAT does not cancel now'}")


def said(code: str) -> str:
    """A foreign code for a message."""
    return f"code {code}" if _READABLE.fullmatch(code) else "neither a stamp nor a code"
