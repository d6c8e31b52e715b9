"""SAT's cancellation in small: who may cancel what, when, and with which motivo."""

from dataclasses import dataclass
from datetime import datetime

from .cancelacion_xml import verified
from .ledger import Cancellation, Ledger, Stamp
from .refusal import Refused
from .settings import Settings
from .status import (
    ACCEPTED,
    NO_CANCELABLE,
    PENDING,
    REJECTED,
    SIN_ACEPTACION,
    WITHOUT_ACCEPTANCE,
    es_cancelable,
    estatus_of,
    known,
)

_SUBSTITUTION = "04"


@dataclass(frozen=True, slots=True)
class CancelCall:
    """What the client asks for, and SAT's Cancelacion document that must say the same."""

    rfc: str
    uuid: str
    motivo: str
    sustitucion: str
    signed_xml: bytes


def cancel(ledger: Ledger, settings: Settings, call: CancelCall, now: datetime) -> str:
    """201 or 202; or `Refused` with SAT's code."""
    verified(call.signed_xml, rfc=call.rfc, uuid=call.uuid, motivo=call.motivo, sustitucion=call.sustitucion, now=now)
    stamp = _own_stamp(ledger, settings, call, now)
    earlier = ledger.cancellation(stamp.uuid)
    if estatus_of(earlier, settings, now) not in {"", "Solicitud rechazada"}:
        return "202"
    _check_substitute(ledger, call)
    verdict = es_cancelable(ledger, settings, stamp, now, substitute=call.sustitucion.upper())
    if verdict == NO_CANCELABLE:
        raise Refused("204", "UUID no aplicable para cancelación: hay un CFDI vigente relacionado.")
    outcome = WITHOUT_ACCEPTANCE if verdict == SIN_ACEPTACION else PENDING
    ledger.save_cancellation(Cancellation(stamp.uuid, call.motivo, call.sustitucion.upper(), now, outcome))
    return "201"


def answer(ledger: Ledger, settings: Settings, uuid: str, *, accept: bool, now: datetime) -> None:
    """The receptor's answer; 1001 if nothing waits for one, 1002 if it was given before."""
    waiting = ledger.cancellation(uuid)
    if waiting is not None and waiting.outcome in {ACCEPTED, REJECTED}:
        raise Refused("1002", "La petición de cancelación ya fue respondida.")
    if waiting is None or estatus_of(waiting, settings, now) != "En proceso":
        raise Refused("1001", "No existen peticiones de cancelación en espera de respuesta para el UUID.")
    outcome = ACCEPTED if accept else REJECTED
    ledger.save_cancellation(
        Cancellation(waiting.uuid, waiting.motivo, waiting.sustitucion, waiting.requested_at, outcome)
    )


def _own_stamp(ledger: Ledger, settings: Settings, call: CancelCall, now: datetime) -> Stamp:
    stamp = ledger.stamp_by_uuid(call.uuid)
    if stamp is None or not known(stamp, settings, now):
        raise Refused("205", "El UUID no existe.")
    if stamp.rfc_emisor != call.rfc:
        raise Refused("203", "El RFC no es el del emisor del UUID.")
    return stamp


def _check_substitute(ledger: Ledger, call: CancelCall) -> None:
    if call.motivo != "01":
        if call.sustitucion:
            raise Refused("209", "El folio de sustitución no es requerido con este motivo.")
        return
    if ledger.stamp_by_uuid(call.sustitucion) is None:
        raise Refused("208", "El folio de sustitución es inválido o no existe.")
    if (call.sustitucion.upper(), _SUBSTITUTION) not in ledger.related_to(call.uuid):
        raise Refused("312", "El folio de sustitución no está relacionado con TipoRelacion 04.")
