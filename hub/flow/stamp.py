"""One step of a CFDI at its PAC: send the journalled bytes once, or ask what became of them.

Only bytes that are committed are ever sent, and only the same bytes are sent again. While it is not
known whether they were stamped, nothing new is made of the ticket, and no other PAC gets them (promise 4).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlmodel import Session

from hub.cfdi.csd import CsdError
from hub.plugin import ConfigError, InDoubtError, Rejected, Stamped, StampRequest, TransientError
from hub.store import Cfdi, CfdiState, CfdiXml
from hub.store.states import move_cfdi, move_to_pac

from . import cancel, failover, restored
from .call import Call, Next, Then
from .conditions import PAUSE_S, end, wait_out
from .context import Flow
from .doubt import begin_asking, mark_doubt, wait_for_pac
from .outcome import ALREADY_STAMPED, rejected, stamped
from .reseal import reseal, too_old
from .turns import Placed, Verdict, give_back_badly, give_back_well, take_turn
from .work import again, finish, held, take


def step(flow: Flow, cfdi_id: int) -> Then | None:
    """Advance a CFDI that is due; then the next one may follow at its PAC."""
    now, lease = flow.now(), timedelta(seconds=flow.settings.engine.lease_s)
    with flow.store.write() as session:
        taken = take(session, Cfdi, cfdi_id, now=now, lease=lease)
        if taken is None:
            return None
        cfdi, token = taken
        go_on = _BEGINNINGS[CfdiState(cfdi.state)](flow, session, cfdi, token)
    return None if go_on is None else Then(cfdi_id, go_on)


def _begin_sending(flow: Flow, session: Session, cfdi: Cfdi, token: str) -> Next | None:
    if restored.waits(session, cfdi.issuer):
        cfdi.reason = restored.WAITS
        again(cfdi, flow.now(), after_s=restored.PAUSE_S)
        return None
    if too_old(cfdi, flow.now()) and failover.may_move(cfdi) and not _renewed(flow, session, cfdi):
        return None
    pac = failover.choose(flow, session, cfdi)
    if pac is None:
        wait_for_pac(flow, session, cfdi)
        return None
    if pac != cfdi.pac:
        move_to_pac(session, cfdi, pac, at=flow.now(), why=f"{cfdi.pac} does not work at the moment")
    turn = take_turn(flow, session, cfdi, pac, token=token)
    if turn.verdict is Verdict.NOW:
        return _sending(flow, session, pac, Placed(cfdi, token, turn.begins_in_s))
    if turn.verdict is Verdict.RESTS:
        cfdi.reason = f"{pac} does not work at the moment"
    return None


def _sending(flow: Flow, session: Session, pac: str, placed: Placed) -> Next:
    cfdi = placed.cfdi
    move_cfdi(session, cfdi, CfdiState.SENDING, at=flow.now(), why=f"to {pac}", who="hub")
    request = StampRequest(cfdi.key, session.get_one(CfdiXml, cfdi.id).sealed, cfdi.rfc_emisor)
    return partial(
        _send, flow, cfdi, placed.token, Call(flow.instances.pacs[pac], request, placed.begins_in_s, flow.seconds())
    )


def _fits(flow: Flow, session: Session, pac: str, cfdi: Cfdi) -> bool:
    """Whether it may follow at once where another one has just been stamped; if not, it takes its own step."""
    if too_old(cfdi, flow.now()) or restored.waits(session, cfdi.issuer):
        return False
    return cfdi.pac == pac == failover.choose(flow, session, cfdi) and flow.goes_on("cfdi", cfdi.id)


def _nothing(_flow: Flow, _session: Session, cfdi: Cfdi, _token: str) -> None:
    finish(cfdi)


_BEGINNINGS: dict[CfdiState, Callable[[Flow, Session, Cfdi, str], Next | None]] = {
    CfdiState.SEALED: _begin_sending,
    # With a lease that ran out, a process died in mid-air: the same doubt.
    CfdiState.SENDING: begin_asking,
    CfdiState.IN_DOUBT: begin_asking,
    CfdiState.CANCEL_REQUESTED: cancel.begin,
    CfdiState.STAMPED: _nothing,
    CfdiState.REJECTED: _nothing,
    CfdiState.CANCELLED: _nothing,
    CfdiState.CANCEL_REFUSED: _nothing,
}


def _renewed(flow: Flow, session: Session, cfdi: Cfdi) -> bool:
    try:
        reseal(flow, session, cfdi, why="the earlier one leaves the 72 hours in which SAT takes it")
    except CsdError as error:
        wait_out(flow, session, cfdi, f"csd {cfdi.issuer}", ConfigError(error.reason, hint=error.hint))
        return False
    end(flow, session, f"csd {cfdi.issuer}")
    return True


def _send(flow: Flow, cfdi: Cfdi, token: str, call: Call[StampRequest]) -> Then | None:
    if not call.wait(flow, cfdi):
        return None
    try:
        answer = call.pac.plugin.stamp(call.pac.http, call.request)
    except (ConfigError, TransientError) as error:
        _not_stamped(flow, cfdi, token, error)
        return None
    except Exception as error:
        _doubt(flow, cfdi, token, error)
        return None
    return _settle(flow, cfdi, token, answer)


def _settle(flow: Flow, cfdi: Cfdi, token: str, answer: Stamped | Rejected) -> Then | None:
    if isinstance(answer, Rejected) and answer.code == ALREADY_STAMPED:
        _doubt(flow, cfdi, token, InDoubtError("the PAC holds a stamp of these bytes that it did not show"))
        return None
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        if isinstance(answer, Rejected):
            fault = rejected(flow, session, row, answer)
        else:
            fault = stamped(flow, session, row, answer)
        if fault is None:
            end(flow, session, f"cfdi {row.key}")
        else:
            mark_doubt(flow, session, row, fault)
        if fault is not None and isinstance(answer, Stamped):
            give_back_badly(flow, session, row.pac, fault, token=token)
            return None
        placed = give_back_well(flow, session, row.pac, token=token, fits=partial(_fits, flow, session, row.pac))
        return None if placed is None else Then(placed.cfdi.id, _sending(flow, session, row.pac, placed))


def _doubt(flow: Flow, cfdi: Cfdi, token: str, error: Exception) -> None:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        doubt = mark_doubt(flow, session, row, error)
        give_back_badly(flow, session, row.pac, doubt, token=token)


def _not_stamped(flow: Flow, cfdi: Cfdi, token: str, error: ConfigError | TransientError) -> None:
    """It certainly did not happen: the issuer's next PAC now, or all of them again later."""
    now = flow.now()
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        row.reason, called = str(error), row.pac
        # What an earlier attempt left in doubt is asked about before it is sent again.
        to = CfdiState.SEALED if failover.may_move(row) else CfdiState.IN_DOUBT
        move_cfdi(session, row, to, at=now, why=row.reason, who="hub")
        if not failover.pass_on(flow, session, row, why=row.reason):
            wanted_s = error.retry_after_s if isinstance(error, TransientError) else PAUSE_S
            again(row, now, after_s=failover.SOON_S if failover.another_works(session, row, called) else wanted_s)
        give_back_badly(flow, session, called, error, token=token)
