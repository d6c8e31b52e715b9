"""What Finkok answers to cancellations, and SAT's words about a CFDI."""

import re
from typing import TYPE_CHECKING, Literal, get_args

from hub.plugin import (
    AnswerTaken,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    InDoubtError,
    TransientError,
)

from .codes import CANCEL_REFUSALS, NOT_KNOWN_YET, RECEIVED, SAT_UNREACHABLE, refuse_config
from .soap import document_of, first, refuse_login, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_Estado = Literal["Vigente", "Cancelado", "No Encontrado"]
_CODE = re.compile(r"\d{3}\b")


def read_cancelled(result: "_Element", uuid: str) -> CancelReceived | CancelRefused:
    """The answer of one folio; CodEstatus comes only with what concerns the whole request."""
    _refuse_request(text_of(result, "CodEstatus"))
    code = _status_of_folio(result, uuid)
    refuse_config(code)
    if code in RECEIVED:
        return CancelReceived(code, document_of(result, "Acuse"))
    if code in CANCEL_REFUSALS:
        return CancelRefused(code, CANCEL_REFUSALS[code], again_later=code == NOT_KNOWN_YET)
    raise InDoubtError("Finkok answers the cancellation with a code that says nothing sure")


def read_status(result: "_Element") -> CfdiStatus:
    """SAT's words, passed through.

    Raises:
        TransientError: Finkok gives no answer of SAT.
    """
    sat = first(result, "sat")
    estado = "" if sat is None else text_of(sat, "Estado")
    for known in get_args(_Estado):
        if sat is not None and estado == known:
            return CfdiStatus(known, text_of(sat, "EsCancelable"), text_of(sat, "EstatusCancelacion"))
    raise TransientError("Finkok gives no answer of SAT about the CFDI")


def read_answered(result: "_Element") -> AnswerTaken:
    """The codes by UUID; that of the whole is the first that is not 1000."""
    refuse_login(text_of(result, "error"))
    folios = [
        (text_of(one, "uuid"), text_of(one, "status"))
        for group in ("aceptacion", "rechazo")
        for one in getattr(first(result, group), "iterchildren", tuple)()
    ]
    if not folios:
        raise InDoubtError("Finkok answers without a code for any UUID")
    return AnswerTaken(next((code for _, code in folios if code != "1000"), "1000"), folios)


def _refuse_request(told: str) -> None:
    refuse_login(told)
    code = _CODE.match(told)
    if code and code[0] == SAT_UNREACHABLE:
        raise TransientError("Finkok 708: it cannot reach SAT")
    if code:
        refuse_config(code[0])
    if told:
        raise InDoubtError(f"Finkok answers the cancellation with {f'code {code[0]}' if code else 'words alone'}")


def _status_of_folio(result: "_Element", uuid: str) -> str:
    folios = first(result, "Folios")
    for folio in [] if folios is None else folios.iterchildren():
        if text_of(folio, "UUID").upper() == uuid.upper():
            return text_of(folio, "EstatusUUID")
    raise InDoubtError("Finkok answers the cancellation without a word about this UUID")
