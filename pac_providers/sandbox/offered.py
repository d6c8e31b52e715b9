"""What the hub reads out of the sandbox's answers beyond stamping."""

import base64
from typing import Any, Literal, get_args

from hub.plugin import AnswerTaken, Fetched, InDoubtError, Issued, IssuerRegistration, ReceiverCheck, TransientError

_Verdict = Literal["matches", "differs", "unknown"]
_Field = Literal["", "rfc", "nombre", "codigo_postal", "regimen_fiscal"]


def read_cfdi(body: Any) -> bytes:
    """The CFDI that is shown; TransientError if none is."""
    try:
        return base64.b64decode(body["cfdi"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise TransientError("the sandbox says that it keeps the CFDI and does not show it") from error


def read_issued(body: Any) -> Issued:
    """A page of what was stamped; TransientError if it is none."""
    try:
        cfdis = [Fetched(base64.b64decode(cfdi, validate=True)) for cfdi in body["cfdis"]]
        return Issued(cfdis, str(body["next"]))
    except (KeyError, TypeError, ValueError) as error:
        raise TransientError("the sandbox does not show what it stamped") from error


def read_check(body: Any) -> ReceiverCheck:
    """The verdict on a buyer's data; TransientError if there is none."""
    said = body if isinstance(body, dict) else {}
    for verdict in get_args(_Verdict):
        for field in get_args(_Field):
            if (said.get("verdict"), said.get("field")) == (verdict, field):
                return ReceiverCheck(verdict, field, str(said.get("message", "")))
    raise TransientError("the sandbox does not say whether the data are the buyer's")


def read_pending(body: Any) -> tuple[str, ...]:
    """The UUIDs that wait; TransientError if they are not told."""
    uuids = body.get("uuids") if isinstance(body, dict) else None
    if not isinstance(uuids, list) or not all(isinstance(uuid, str) for uuid in uuids):
        raise TransientError("the sandbox does not tell what waits for the receiver")
    return tuple(uuids)


def data_of(issuer: IssuerRegistration) -> dict[str, str]:
    """What it wants to know of an issuer; never the CSD, which it does not need."""
    return {
        "rfc": issuer.rfc,
        "nombre": issuer.nombre,
        "regimen_fiscal": issuer.regimen_fiscal,
        "codigo_postal": issuer.codigo_postal,
    }


def read_opened(body: dict[str, Any], rfc: str) -> str:
    """What the operator reads of an issuer that was opened; InDoubtError if it is not said."""
    opened = body.get("opened")
    if not isinstance(opened, bool):
        raise InDoubtError("the sandbox does not say whether it opened the issuer")
    return f"the sandbox {'opened' if opened else 'has new data of'} {rfc}"


def read_taken(body: dict[str, Any]) -> AnswerTaken:
    """SAT's codes for a receptor's answers; InDoubtError if they are not told."""
    try:
        code, acuse = body["code"], body["acuse"].encode()
        folios = [(str(uuid), str(told)) for uuid, told in body["folios"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InDoubtError("the sandbox does not say whether SAT took the answer") from error
    if not isinstance(code, str) or not code:
        raise InDoubtError("the sandbox does not say whether SAT took the answer")
    return AnswerTaken(code, folios, acuse)
