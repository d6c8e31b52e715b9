"""Asking for the cancellation of a CFDI, with the reason that an auditor will ask for (CFF 29-A)."""

from dataclasses import dataclass

from sqlmodel import Session, select

from hub.cfdi.cancelacion import FolioCancelado
from hub.cfdi.solicitud import SolicitudError
from hub.plugin import ConfigError, HubError
from hub.sat.consulta import EsCancelable, Estado, Respuesta
from hub.store import Cancellation, Cfdi, CfdiState, CfdiXml
from hub.store.states import move_cfdi

from .context import Flow
from .sat_status import status_of
from .work import due


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to cancel. `folio_sustitucion` is the UUID of the substitute, with motivo 01 and only then."""

    motivo: str
    folio_sustitucion: str | None
    who: str
    why: str


def request_cancellation(flow: Flow, key: str, wanted: Wanted) -> int:
    """Ask for the cancellation of a stamped CFDI; the step of the CFDI does it. Answers the row's id.

    Raises:
        ConfigError: it is not in force, the motivo or the substitute is wrong, or SAT would refuse.
    """
    with flow.store.read() as session:
        cfdi = session.exec(select(Cfdi).where(Cfdi.key == key)).one()
        stamped = session.get_one(CfdiXml, cfdi.id).stamped
        substitute = _checked(session, cfdi, wanted)
    said = _said(flow, cfdi, stamped or b"")
    if said is not None and said.es_cancelable is EsCancelable.NO_CANCELABLE and wanted.motivo != "01":
        hint = "cancel that one first, or use motivo 01 with its substitute"
        raise ConfigError("SAT says No cancelable: another CFDI in force is related to this one", hint=hint)
    with flow.store.write() as session:
        row, now = session.get_one(Cfdi, cfdi.id, with_for_update=True), flow.now()
        _must_be_in_force(row)
        why = f"motivo {wanted.motivo}{f', {wanted.why}' if wanted.why else ''}"
        move_cfdi(session, row, CfdiState.CANCEL_REQUESTED, at=now, why=why, who=wanted.who)
        row.code, row.reason = "", "the request is on its way"
        gone = said is not None and said.estado is Estado.CANCELADO
        asked = Cancellation(
            cfdi_id=row.id,
            motivo=wanted.motivo,
            folio_sustitucion=substitute,
            who=wanted.who,
            why=wanted.why,
            requested_at=now,
            sent_at=now if gone else None,  # somebody cancelled it elsewhere: nothing is left to send
        )
        session.add(asked)
        due(row, now)
        flow.kick(session, "cfdi", row.id)
    return row.id


def _checked(session: Session, cfdi: Cfdi, wanted: Wanted) -> str | None:
    """The substitute's UUID as SAT writes it."""
    _must_be_in_force(cfdi)
    try:
        substitute = FolioCancelado(cfdi.uuid or "", wanted.motivo, wanted.folio_sustitucion).folio_sustitucion  # type: ignore[arg-type]
    except SolicitudError as error:
        raise ConfigError(
            f"{error}", hint="01 with a substitute, 02 without, 03 it never happened, 04 global"
        ) from error
    ours = session.exec(select(Cfdi).where(Cfdi.uuid == (substitute or "").lower())).first()
    if ours is not None and ours.state != CfdiState.STAMPED:
        raise ConfigError(f"the substitute {ours.key} is {ours.state}", hint="it must be stamped first (208)")
    return substitute


def _must_be_in_force(cfdi: Cfdi) -> None:
    if cfdi.state not in {CfdiState.STAMPED, CfdiState.CANCEL_REFUSED}:
        raise ConfigError(f"{cfdi.key} is {cfdi.state}: only a CFDI in force can be cancelled")


def _said(flow: Flow, cfdi: Cfdi, stamped: bytes) -> Respuesta | None:
    """SAT's word before the request, if SAT answers: it may know better than the hub."""
    try:
        return status_of(flow, cfdi, stamped)
    except HubError:
        return None
