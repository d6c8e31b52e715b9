"""What a receptor does about cancellations that wait for it: see them, and answer them by SAT's signed document."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from . import aceptacion_xml, cancellation
from .ledger import Ledger
from .refusal import Refused
from .settings import RFC_PAC, Settings
from .status import estatus_of

_TAKEN = "1000"


@dataclass(frozen=True, slots=True)
class Answered:
    """SAT's code for the whole and for each UUID, and its acuse."""

    code: str
    folios: list[tuple[str, str]]
    acuse: str


def pending(ledger: Ledger, settings: Settings, rfc: str, now: datetime) -> list[str]:
    """UUIDs whose issuers wait for this receptor, the oldest stamp first."""
    waiting = ledger.cancellations_of_receptor(rfc)
    return [one.uuid for one in waiting if estatus_of(one, settings, now) == "En proceso"]


def answer(ledger: Ledger, settings: Settings, xml: bytes, now: datetime) -> Answered:
    """Take each answer of the document; `Refused` if the document itself is none."""
    said = aceptacion_xml.verified(xml, now)
    folios = [
        (uuid, _taken(ledger, settings, said.rfc_receptor, uuid, accept=accept, now=now))
        for uuid, accept in said.folios
    ]
    codes = [code for _, code in folios]
    return Answered(_TAKEN if _TAKEN in codes else codes[0], folios, _acuse(said.rfc_receptor, folios, now))


def _taken(ledger: Ledger, settings: Settings, rfc: str, uuid: str, *, accept: bool, now: datetime) -> str:
    stamp = ledger.stamp_by_uuid(uuid)
    if stamp is None or stamp.rfc_receptor != rfc:
        return "1001"
    try:
        cancellation.answer(ledger, settings, uuid, accept=accept, now=now)
    except Refused as refused:
        return refused.code
    return _TAKEN


def _acuse(rfc: str, folios: list[tuple[str, str]], now: datetime) -> str:
    each = "".join(
        f"<Folios><UUID>{escape(uuid)}</UUID><EstatusUUID>{code}</EstatusUUID></Folios>" for uuid, code in folios
    )
    names = f'RfcPac="{RFC_PAC}" RfcReceptor="{escape(rfc)}" Fecha="{now:%Y-%m-%dT%H:%M:%S}"'
    return f'<AcuseAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx" {names}>{each}</AcuseAceptacionRechazo>'
