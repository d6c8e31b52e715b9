"""A cancellation at Facturama: by its own identifier, signed by it."""

from hub.plugin import Answer, CancelReceived, CancelRefused, CancelRequest, Http, InDoubtError

from .answers import Cancelation, decoded, read
from .config import Paths
from .refusal import refusal

_RECEIVED = frozenset({"canceled", "cancelled", "pending", "requested"})
_REFUSED = frozenset({"active", "rejected"})
_NOT_KNOWN_YET = "205"


def cancel(http: Http, paths: Paths, request: CancelRequest, identifier: str) -> CancelReceived | CancelRefused:
    """File it with one request."""
    params = {**dict(paths.cancel_params), "motive": request.motivo}
    if request.folio_sustitucion:
        params["uuidReplacement"] = request.folio_sustitucion
    answer = http.write_once("DELETE", paths.cancel + identifier, params=params)
    return _taken(read(Cancelation, answer.json())) if answer.ok else _refused(answer)


def _taken(said: Cancelation) -> CancelReceived | CancelRefused:
    status = said.status.lower()
    if status in _RECEIVED:
        return CancelReceived(said.acuse_status or "201", _acuse(said.acuse))
    if status in _REFUSED:
        message = said.acuse_details or said.message or "Facturama says that it stays in force"
        code = said.acuse_status or status
        return CancelRefused(code, message, again_later=code == _NOT_KNOWN_YET)
    raise InDoubtError(f"Facturama answers a cancellation with the status {status[:40]!r}, which is not documented")


def _refused(answer: Answer) -> CancelRefused:
    said = refusal(answer)
    return CancelRefused(said.code, said.message, again_later=said.code == _NOT_KNOWN_YET)


def _acuse(content: str | None) -> bytes:
    # The cancellation stands, whatever the receipt looks like.
    try:
        return decoded(content or "")
    except InDoubtError:
        return b""
