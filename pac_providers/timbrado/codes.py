"""What a refusal means. Only SAT's own codes are known for sure; ATEB's texts are not, so the unclear is in doubt."""

import re
from typing import TYPE_CHECKING

from hub.plugin import ConfigError, InDoubtError, Rejected

from .soap import first, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

ALREADY_STAMPED, NOT_KNOWN_YET = "307", "205"
CANCEL_RECEIVED = frozenset({"201", "202"})
CANCEL_REFUSED = frozenset(
    {"203", "204", "205", "206", "207", "208", "209", "210", "211", "212", "301", "302", "311", "312"}
)
_OF_SAT = re.compile(r"\s*((?:CFDI|CRP)\d{5,6}|30[1-8]|40[1-3])\b")
_CONFIG = frozenset({"300", "304", "305", "306", "308", "402"})
# These texts are guesses, and only where there is neither a code nor a verification error.
_STAMPED_BEFORE = re.compile(r"timbre previo|timbrado previamente|previamente timbrado", re.IGNORECASE)
_LOGIN = re.compile(r"usuario|contrase|autentic|credencial", re.IGNORECASE)
_NO_STAMPS = re.compile(r"(timbres|folios|saldo|cr[eé]ditos?)\b", re.IGNORECASE)


def refusal(error: "_Element") -> Rejected:
    """The `Error` of either generation; code 307 if it was stamped before.

    Raises:
        ConfigError: the account, the CSD or the issuer: a person must change something.
        InDoubtError: it does not say that nothing was stamped.
    """
    reasons = list(error.iter("{*}VerificationError", "VerificationError"))
    told = [_code_and_text(one) for one in reasons] or [_code_and_text(error)]
    codes = [code for code, _ in told if code]
    if ALREADY_STAMPED in codes or any(_STAMPED_BEFORE.search(text) for _, text in told):
        return Rejected(ALREADY_STAMPED, told[0][1])
    if config := next((code for code in codes if code in _CONFIG), None):
        raise ConfigError(
            f"ATEB {config}: the account, the CSD or the issuer is refused", hint="look at both with ATEB"
        )
    if codes or reasons:
        code, text = next((one for one in told if one[0]), told[0])
        return Rejected(code or "ATEB", text or "ATEB refuses the document without words")
    return _without_code(told[0][1])


def _without_code(text: str) -> Rejected:
    if _LOGIN.search(text):
        raise ConfigError("ATEB seems to refuse the user or the password", hint="check both; ATEB gave no code")
    if _NO_STAMPS.search(text):
        raise ConfigError("ATEB seems to have no stamps left", hint="look at the account with ATEB; it gave no code")
    raise InDoubtError("ATEB answers an error without a code, which does not say that nothing was stamped")


def _code_and_text(node: "_Element") -> tuple[str, str]:
    text = text_of(node, "DescripcionError") or text_of(node, "Descripcion") or node.get("Descripcion", "")
    told = node.get("Codigo", "") or _own(node, "Codigo") or text
    found = _OF_SAT.match(told)
    return (found[1] if found else ""), text


def _own(node: "_Element", name: str) -> str:
    child = next(node.iterchildren(f"{{*}}{name}", name), None)
    return "" if child is None else (child.text or "").strip()


def error_of(result: "_Element") -> "_Element | None":
    """The `Error` in a result."""
    return first(result, "Error")
