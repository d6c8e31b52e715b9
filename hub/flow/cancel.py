"""Cancelling a CFDI: asked for once, and done when SAT says so (CFF 29-A; RMF 2.7.1.34, 2.7.1.35).

`cancel_requested` holds until ConsultaCFDI decides: 201 says that SAT took the request, not that it cancelled. A
request of which nothing was heard may have arrived; SAT is asked, and only if it knows of none is one sent again.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from hub.cfdi.cancelacion import FolioCancelado, Motivo, cancelacion
from hub.cfdi.csd import CsdError
from hub.plugin import (
    CancelReceived,
    CancelRequest,
    ConfigError,
    HubError,
    InDoubtError,
    PacProvider,
    TransientError,
)
from hub.sat.consulta import Estado, EstatusCancelacion, Respuesta
from hub.sat.zone import zone_of
from hub.store import Cancellation, Cfdi, CfdiState, CfdiXml
from hub.store.states import move_cfdi, note

from .call import Call, Next
from .cancelled import cancelled
from .conditions import PAUSE_S, end, wait_out
from .context import Flow
from .instances import Instance
from .outbox import Notice, tell_operator
from .sat_status import reference_of, status_of
from .turns import Verdict, give_back_badly, give_back_well, take_turn
from .work import again, due, finish, held

CHECKS_S = (10.0, 300.0, 3600.0, 86_400.0)
"""When SAT is asked after the request: soon, and then daily, for the receptor has three business days."""
NOT_HEARD_OF = timedelta(hours=1)
"""A request whose answer was lost and that SAT does not know after this time did not arrive."""
NOT_KNOWN_YET_S = 900.0
"""205: SAT needs minutes to days to know a new CFDI."""
OLD_REFUSAL = timedelta(days=1)


def begin(flow: Flow, session: Session, cfdi: Cfdi, token: str) -> Next | None:
    """The request that is due: sent, or asked about."""
    asked = _open(session, cfdi)
    if asked.sent_at is not None:
        return partial(_check, flow, cfdi, token, session.get_one(CfdiXml, cfdi.id).stamped or b"")
    pac = _pac_for(flow, cfdi)
    if pac is None:
        error = ConfigError(f"no PAC of {cfdi.issuer} cancels", hint="add one to the issuer's pac")
        wait_out(flow, session, cfdi, f"cfdi {cfdi.key}", error)
        return None
    csd, now = flow.instances.csds[cfdi.issuer], flow.now()
    try:
        csd.check_valid_at(now)
    except CsdError as error:
        wait_out(flow, session, cfdi, f"csd {cfdi.issuer}", ConfigError(error.reason, hint=error.hint))
        return None
    turn = take_turn(flow, session, cfdi, pac.name, token=token)
    if turn.verdict is not Verdict.NOW:
        return None
    folio = FolioCancelado(cfdi.uuid or "", _motivo(asked), asked.folio_sustitucion)
    fecha = now.astimezone(zone_of(flow.issuer(cfdi.issuer).codigo_postal))
    asked.signed = cancelacion(rfc_emisor=cfdi.rfc_emisor, folios=[folio], fecha=fecha, csd=csd)
    asked.sent_at = now
    note(session, "cfdi", cfdi, at=now, who="hub", why=f"the request goes to {pac.name}")
    reference = reference_of(session.get_one(CfdiXml, cfdi.id).stamped or b"")
    request = CancelRequest(reference, folio.motivo, asked.signed, folio.folio_sustitucion)
    return partial(_send, flow, cfdi, token, Call(pac, request, turn.begins_in_s, flow.seconds()))


def _send(flow: Flow, cfdi: Cfdi, token: str, call: Call[CancelRequest]) -> None:
    if not call.wait(flow, cfdi):
        return None
    try:
        answer = call.pac.plugin.cancel(call.pac.http, call.request)
    except Exception as error:
        return _not_heard(flow, cfdi, token, call.pac.name, error)
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        if isinstance(answer, CancelReceived):
            _received(flow, session, row, answer)
        elif answer.again_later:
            _open(session, row).sent_at = None
            row.reason = f"SAT does not know it yet ({answer.code})"
            again(row, flow.now(), after_s=NOT_KNOWN_YET_S)
        else:
            _refused(flow, session, row, answer.code, answer.message)
        give_back_well(flow, session, call.pac.name, token=token)
    return None


def _not_heard(flow: Flow, cfdi: Cfdi, token: str, pac: str, error: Exception) -> None:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        row.reason = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
        if isinstance(error, ConfigError | TransientError):
            _open(session, row).sent_at = None
            again(row, flow.now(), after_s=PAUSE_S if isinstance(error, ConfigError) else error.retry_after_s)
            failure: HubError = error
        else:
            due(row, flow.now() + timedelta(seconds=CHECKS_S[0]))
            failure = InDoubtError(f"not known whether the request to cancel {row.key} arrived: {row.reason}")
        give_back_badly(flow, session, pac, failure, token=token)


def _received(flow: Flow, session: Session, row: Cfdi, answer: CancelReceived) -> None:
    asked, now = _open(session, row), flow.now()
    asked.code, asked.acuse = answer.code, answer.acuse or None
    row.reason = f"SAT took the request ({answer.code}) and has not decided"
    note(session, "cfdi", row, at=now, who=row.pac, why=row.reason)
    due(row, now + timedelta(seconds=CHECKS_S[0]))


def _check(flow: Flow, cfdi: Cfdi, token: str, stamped: bytes) -> None:
    """What became of the request: SAT's word, not the PAC's."""
    try:
        said = status_of(flow, cfdi, stamped)
    except HubError as error:
        with flow.store.write() as session:
            return wait_out(flow, session, held(session, Cfdi, cfdi.id, token), "sat", error)
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        _decide(flow, session, row, said)
        return end(flow, session, "sat")


def _decide(flow: Flow, session: Session, row: Cfdi, said: Respuesta) -> None:
    asked, now = _open(session, row), flow.now()
    asked.checks += 1
    sent_at = asked.sent_at or now
    if said.estado is Estado.CANCELADO:
        cancelled(flow, session, row, asked, how=said.estatus_cancelacion or said.estado)
    elif said.estatus_cancelacion is EstatusCancelacion.SOLICITUD_RECHAZADA and _is_of(session, asked, now - sent_at):
        _refused(flow, session, row, "", "the receptor refused the cancellation")
    elif not asked.code and said.estatus_cancelacion is None and now - sent_at > NOT_HEARD_OF:
        asked.sent_at = None
        note(session, "cfdi", row, at=now, who="SAT", why="no request arrived: it is sent again")
        due(row, now)
        flow.kick(session, "cfdi", row.id)
    else:
        if said.estatus_cancelacion is EstatusCancelacion.EN_PROCESO:
            row.reason = "it waits for the receptor, who has three business days"
        after_s = CHECKS_S[min(asked.checks, len(CHECKS_S) - 1)]
        due(row, now + timedelta(seconds=after_s))


def _refused(flow: Flow, session: Session, row: Cfdi, code: str, message: str) -> None:
    now = flow.now()
    _open(session, row).ended_at = now
    row.code, row.reason = code, message
    move_cfdi(session, row, CfdiState.CANCEL_REFUSED, at=now, why=f"{code} {message}".strip(), who="SAT")
    finish(row)
    told = f"{row.key} stays in force: {code} {message}"
    hint = "mend the cause and ask again, or talk to the receptor"
    tell_operator(flow, session, Notice("held", f"cancellation {row.key}", told, now, hint=hint))


def _open(session: Session, cfdi: Cfdi) -> Cancellation:
    mine = select(Cancellation).where(Cancellation.cfdi_id == cfdi.id, col(Cancellation.ended_at).is_(None))
    return session.exec(mine).one()


def _is_of(session: Session, asked: Cancellation, waited: timedelta) -> bool:
    """Whether a refusal is of this request: an earlier one is shown until SAT has taken the new one."""
    earlier = select(Cancellation.id).where(Cancellation.cfdi_id == asked.cfdi_id, Cancellation.id != asked.id)
    return waited > OLD_REFUSAL or session.exec(earlier).first() is None


def _pac_for(flow: Flow, cfdi: Cfdi) -> Instance[PacProvider[Any]] | None:
    """Who stamped it; another PAC of the issuer only if that one cannot cancel: SAT takes a signed request from any."""
    names = [cfdi.pac, *flow.issuer(cfdi.issuer).pac]
    found = (flow.instances.pacs[name] for name in names if name in flow.instances.pacs)
    return next((pac for pac in found if pac.plugin.capabilities.cancels), None)


def _motivo(asked: Cancellation) -> Motivo:
    return asked.motivo  # type: ignore[return-value]
