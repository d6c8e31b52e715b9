"""SAT's acuses as ATEB passes them on: a document inside the text of `XmlAcuseSAT`."""

from typing import TYPE_CHECKING

from hub.plugin import AnswerTaken, CancelReceived, CancelRefused, ConfigError, InDoubtError, TransientError

from .codes import CANCEL_RECEIVED, CANCEL_REFUSED, NOT_KNOWN_YET, error_of, refusal
from .soap import inner_xml, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_ACUSE = "XmlAcuseSAT"
_FOUND, _NONE = "1100", "1101"
_CERTIFICATE = frozenset({"304", "305", "309", "310"})


def read_cancelled(result: "_Element", uuid: str) -> CancelReceived | CancelRefused:
    """The answer of one folio.

    Raises:
        ConfigError: the certificate is refused.
        InDoubtError: there is no answer about it.
    """
    if (error := error_of(result)) is not None:
        said = refusal(error)
        return CancelRefused(said.code, said.message)
    acuse = _acuse(result)
    code = next((status for folio, status in _folios(acuse) if folio.upper() == uuid.upper()), "")
    if code in CANCEL_RECEIVED:
        return CancelReceived(code, text_of(result, _ACUSE).encode())
    if code in CANCEL_REFUSED:
        return CancelRefused(code, f"SAT refuses the cancellation with code {code}", again_later=code == NOT_KNOWN_YET)
    if code in _CERTIFICATE:
        raise ConfigError(f"SAT refuses the certificate of the cancellation with code {code}", hint="look at the CSD")
    raise InDoubtError("ATEB passes on an acuse that says nothing sure about this UUID")


def read_answered(result: "_Element") -> AnswerTaken:
    """The codes by UUID; that of the whole is the first that is not 1000."""
    if (error := error_of(result)) is not None:
        return AnswerTaken(refusal(error).code)
    folios = _folios(_acuse(result))
    if not folios:
        raise InDoubtError("ATEB passes on an acuse without a UUID")
    return AnswerTaken(
        next((code for _, code in folios if code != "1000"), "1000"), folios, text_of(result, _ACUSE).encode()
    )


def read_pending(result: "_Element") -> tuple[str, ...]:
    """UUIDs that wait for the receiver.

    Raises:
        ConfigError, TransientError: there is no list.
    """
    if (error := error_of(result)) is not None:
        _refuse_read(error)
    try:
        acuse = inner_xml(result, _ACUSE)
    except InDoubtError as failure:
        raise TransientError(str(failure)) from failure
    if acuse is None or acuse.get("CodEstatus") not in {_FOUND, _NONE}:
        raise TransientError("ATEB passes on no list of what waits for the receiver")
    return tuple(filter(None, ((node.text or "").strip() for node in acuse.iter("{*}UUID", "UUID"))))


def _refuse_read(error: "_Element") -> None:
    """An error where nothing is changed.

    Raises:
        ConfigError: a person must change something.
        TransientError: anything else.
    """
    try:
        said = refusal(error)
    except InDoubtError as failure:
        raise TransientError(str(failure)) from failure
    raise TransientError(f"ATEB refuses to answer: {said.code}")


def _acuse(result: "_Element") -> "_Element":
    acuse = inner_xml(result, _ACUSE)
    if acuse is None:
        raise InDoubtError("ATEB answers without SAT's acuse")
    return acuse


def _folios(acuse: "_Element") -> list[tuple[str, str]]:
    return [(text_of(one, "UUID"), text_of(one, "EstatusUUID")) for one in acuse.iter("{*}Folios", "Folios")]
