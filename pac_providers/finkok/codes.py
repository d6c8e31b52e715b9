"""What Finkok's codes mean for the hub. Whatever is not here proves nothing and is in doubt."""

import re
from collections.abc import Mapping

from hub.plugin import ConfigError, InDoubtError, Rejected

ALREADY_STAMPED, NEVER_STAMPED, NOT_KNOWN_YET, SAT_UNREACHABLE = "307", "603", "205", "708"
RECEIVED = frozenset({"201", "202"})

_ACCOUNT = "look at the account in Finkok's panel"
_CSD = "look at the issuer's CSD: validity, and up to 72 hours until SAT lists a new one"
CONFIG: Mapping[str, tuple[str, str]] = {
    "300": ("user or password refused", "check them, and that they belong to this environment: demo has its own"),
    "304": ("the CSD is revoked or expired", _CSD),
    "305": ("the CSD is not valid at the date of the CFDI, or not listed yet", _CSD),
    "306": ("the certificate is not a CSD", "seal with the CSD, not with the e.firma"),
    "308": ("the CSD was not issued by SAT", "test certificates are for demo, real ones for production"),
    "402": ("SAT does not list the issuer with this régimen", "look at the issuer's situation at SAT"),
    "701": ("the issuer is suspended in the account", _ACCOUNT),
    "702": ("the issuer's RFC is not registered in the account", "register the RFC in Finkok's panel"),
    "703": ("the account is suspended", _ACCOUNT),
    "711": ("the certificate is refused", _CSD),
    "718": ("no stamps left", "buy stamps, or assign some to this RFC in Finkok's panel"),
    "719": ("no CSD in the account", _ACCOUNT),
    "720": ("the CSD in the account does not work", _ACCOUNT),
    "740": ("the manifest of the issuer is not signed", "sign it in Finkok's panel with the issuer's e.firma"),
}
_DATA = frozenset({"301", "302", "303", "401", "403", "705", "707", "712", "738"})
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
    "no_cancelable": "SAT's validation before the request says that it cannot be cancelled",
}


def refusal(codes: Mapping[str, str]) -> Rejected:
    """What a stamp without a timbre means, by its codes and their messages.

    Raises:
        ConfigError: the account, the CSD or the issuer: a person must change something.
        InDoubtError: some code says nothing sure.
    """
    unsure = [code for code in codes if code not in CONFIG and not _is_about_data(code)]
    if unsure or not codes:
        raise InDoubtError(f"Finkok answers {' and '.join(map(_safe, unsure)) or 'neither a stamp nor a code'}")
    for code in codes:
        refuse_config(code)
    code, message = next(iter(codes.items()))
    return Rejected(code, message or f"Finkok says {code} without words")


def refuse_config(code: str) -> None:
    """Raise ConfigError for a code that a person must attend to."""
    if code in CONFIG:
        what, hint = CONFIG[code]
        raise ConfigError(f"Finkok {code}: {what}", hint=hint)


def _is_about_data(code: str) -> bool:
    return code in _DATA or _OF_SATS_MATRIX.fullmatch(code) is not None


def _safe(code: str) -> str:
    return f"code {code}" if re.fullmatch(r"[A-Za-z0-9]{1,12}", code) else "an unreadable code"
