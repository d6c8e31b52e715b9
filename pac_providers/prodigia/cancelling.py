"""What Prodigia answers to cancellations, and SAT's words about a CFDI."""

from typing import TYPE_CHECKING, Literal, get_args

from hub.plugin import CancelReceived, CancelRefused, CfdiStatus, InDoubtError, TransientError

from .codes import CANCEL_NOT_YET, CANCEL_RECEIVED, CANCEL_REFUSED, refuse_account, said
from .soap import text_of
from .timbrado import decoded

if TYPE_CHECKING:
    from lxml.etree import _Element

_Estado = Literal["Vigente", "Cancelado", "No Encontrado"]
_NOT_FOUND = "90"


def read_cancelled(result: "_Element", uuid: str) -> CancelReceived | CancelRefused:
    """`servicioCancel`: the answer of the one folio, or a code for the whole request.

    Raises:
        ConfigError, TransientError: certainly nothing was done.
        InDoubtError: neither of them is clear.
    """
    for folio in result.iter("cancelacion"):
        if text_of(folio, "uuid").upper() == uuid.upper():
            return _of_folio(text_of(folio, "codigo"), text_of(folio, "mensaje"), text_of(result, "acuseCancelBase64"))
    code = text_of(result, "codigo")
    refuse_account(code)
    raise InDoubtError(f"Prodigia answers the cancellation with {said(code)} and no word about this UUID")


def _of_folio(code: str, message: str, acuse: str) -> CancelReceived | CancelRefused:
    refuse_account(code)
    if code in CANCEL_RECEIVED:
        return CancelReceived(CANCEL_RECEIVED[code], _acuse(acuse))
    if code in CANCEL_REFUSED:
        return CancelRefused(code, message or CANCEL_REFUSED[code], again_later=code in CANCEL_NOT_YET)
    raise InDoubtError(f"Prodigia answers the cancellation with {said(code)}, which says nothing sure")


def _acuse(content: str) -> bytes:
    # The cancellation stands, whatever the receipt looks like.
    try:
        return decoded(content)
    except InDoubtError:
        return b""


def read_status(result: "_Element") -> CfdiStatus:
    """`servicioConsultaComprobante`: SAT's words, passed through.

    Raises:
        ConfigError, TransientError: there is no answer of SAT.
    """
    code, estado = text_of(result, "codigo"), text_of(result, "estado")
    for known in get_args(_Estado):
        if estado.casefold() == known.casefold():
            return CfdiStatus(known, text_of(result, "esCancelable"), text_of(result, "estatusCancelacion"))
    if code == _NOT_FOUND:
        return CfdiStatus("No Encontrado")
    refuse_account(code)
    raise TransientError(f"Prodigia gives no answer of SAT about the CFDI: {said(code)}")
