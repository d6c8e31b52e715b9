"""What SAT's ConsultaCFDI would say of a stamp."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from .ledger import Cancellation, Ledger, Stamp
from .padron import GENERIC
from .settings import Settings

_CENTRO = ZoneInfo("America/Mexico_City")
_SMALL = Decimal(1000)
PENDING, ACCEPTED, REJECTED, WITHOUT_ACCEPTANCE = "pending", "accepted", "rejected", "without acceptance"
SIN_ACEPTACION, CON_ACEPTACION, NO_CANCELABLE = (
    "Cancelable sin aceptación",
    "Cancelable con aceptación",
    "No cancelable",
)


@dataclass(frozen=True, slots=True)
class Consulta:
    """The expresión impresa; `fe` is the end of the Sello and may be empty."""

    uuid: str
    rfc_emisor: str
    rfc_receptor: str
    total: Decimal
    fe: str = ""


@dataclass(frozen=True, slots=True)
class Estado:
    codigo: str
    estado: Literal["Vigente", "Cancelado", "No Encontrado"]
    es_cancelable: str = ""
    estatus_cancelacion: str = ""


NOT_FOUND = Estado("N - 602: Comprobante no encontrado.", "No Encontrado")
_FOUND = "S - Comprobante obtenido satisfactoriamente."


def estado_of(ledger: Ledger, settings: Settings, consulta: Consulta, now: datetime) -> Estado:
    stamp = ledger.stamp_by_uuid(consulta.uuid)
    if stamp is None or not known(stamp, settings, now) or not _matches(stamp, consulta):
        return NOT_FOUND
    cancellation = ledger.cancellation(stamp.uuid)
    estatus = estatus_of(cancellation, settings, now)
    estado: Literal["Vigente", "Cancelado"] = "Cancelado" if is_cancelled(cancellation, settings, now) else "Vigente"
    return Estado(_FOUND, estado, es_cancelable(ledger, settings, stamp, now), estatus)


def known(stamp: Stamp, settings: Settings, now: datetime) -> bool:
    """SAT learns of a stamp some time after it was made."""
    return now - stamp.stamped_at >= timedelta(seconds=settings.known_after_s)


def estatus_of(cancellation: Cancellation | None, settings: Settings, now: datetime) -> str:
    """EstatusCancelacion in SAT's words; a request that nobody answers is accepted when its time is over."""
    if cancellation is None:
        return ""
    if cancellation.outcome == PENDING:
        waited = now - cancellation.requested_at
        return "Plazo vencido" if waited >= timedelta(seconds=settings.acceptance_after_s) else "En proceso"
    return {
        ACCEPTED: "Cancelado con aceptación",
        REJECTED: "Solicitud rechazada",
        WITHOUT_ACCEPTANCE: "Cancelado sin aceptación",
    }[cancellation.outcome]


def is_cancelled(cancellation: Cancellation | None, settings: Settings, now: datetime) -> bool:
    return estatus_of(cancellation, settings, now) not in {"", "En proceso", "Solicitud rechazada"}


def es_cancelable(ledger: Ledger, settings: Settings, stamp: Stamp, now: datetime, substitute: str = "") -> str:
    """A live CFDI that names this one blocks its cancellation, except the substitute given with motivo 01."""
    for child, _ in ledger.related_to(stamp.uuid):
        if child != substitute and not is_cancelled(ledger.cancellation(child), settings, now):
            return NO_CANCELABLE
    return SIN_ACEPTACION if _without_acceptance(stamp, now) else CON_ACEPTACION


def _without_acceptance(stamp: Stamp, now: datetime) -> bool:
    """The commonest cases of RMF 2.7.1.35; a REP has Total 0 and is not small for all that."""
    small = stamp.total <= _SMALL and stamp.tipo != "P"
    return small or stamp.tipo in {"E", "N", "T"} or stamp.rfc_receptor in GENERIC or _is_fresh(stamp, now)


def _is_fresh(stamp: Stamp, now: datetime) -> bool:
    """The same or the next business day; holidays count as business days here."""
    last = stamp.stamped_at.astimezone(_CENTRO).date() + timedelta(days=1)
    while last.weekday() > 4:
        last += timedelta(days=1)
    return now.astimezone(_CENTRO).date() <= last


def _matches(stamp: Stamp, consulta: Consulta) -> bool:
    parties = (stamp.rfc_emisor, stamp.rfc_receptor) == (consulta.rfc_emisor, consulta.rfc_receptor)
    return parties and stamp.total == consulta.total and stamp.sello.endswith(consulta.fe)
