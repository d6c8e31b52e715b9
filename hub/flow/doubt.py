"""A CFDI of which it is not known whether it was stamped: ask its PAC, and nothing else, until it is known."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func
from sqlmodel import Session, select

from hub.plugin import (
    ConfigError,
    HubError,
    InDoubtError,
    NeverStamped,
    Stamped,
    StampRequest,
    StillUnknown,
)
from hub.store import Cfdi, CfdiState, CfdiXml, Event
from hub.store.states import move_cfdi

from . import failover, restored
from .call import Call, Next
from .conditions import begin, end, wait_out
from .context import Flow
from .outcome import stamped
from .turns import Verdict, give_back, take_turn
from .work import again, due, held

FIRST_RECOVERY_S = 2.0
SECOND_OPINION = timedelta(seconds=5)
"""A PAC that says "never stamped" is asked once more after this time: its own records may be behind its stamping."""
MAY_ARRIVE = timedelta(minutes=15)
"""How long a request that went unanswered may be on its way: until then "never stamped" only means "not yet"."""


def begin_asking(flow: Flow, session: Session, row: Cfdi, token: str) -> Next | None:
    """The turn to ask, or None if it must wait."""
    call = recover_call(flow, session, row, token)
    return None if call is None else partial(_ask, flow, row, token, call)


def recover_call(flow: Flow, session: Session, row: Cfdi, token: str) -> Call[StampRequest] | None:
    """The question to its PAC, with the turn taken."""
    pac = flow.instances.pacs.get(row.pac)
    if pac is None:
        wait_for_pac(flow, session, row)
        return None
    turn = take_turn(flow, session, row, row.pac, token=token, asks=True)
    if turn.verdict is not Verdict.NOW:
        return None
    request = StampRequest(row.key, session.get_one(CfdiXml, row.id).sealed, row.rfc_emisor)
    return Call(pac, request, turn.begins_in_s, flow.seconds())


def _ask(flow: Flow, cfdi: Cfdi, token: str, call: Call[StampRequest]) -> None:
    """Ask the PAC that was asked to stamp, and do what its answer allows."""
    answer = told_by(flow, cfdi, call)
    if isinstance(answer, Stamped):
        _found(flow, cfdi, token, answer)
    elif isinstance(answer, StillUnknown):
        _still_unknown(flow, cfdi, token, answer.reason)
    elif answer.proven:
        _never_stamped(flow, cfdi, token, knows_bytes=call.pac.plugin.capabilities.resend_is_safe)
    elif call.pac.plugin.capabilities.resend_is_safe:
        _send_again(flow, cfdi, token)
    else:
        _still_unknown(flow, cfdi, token, "a search at the PAC found nothing, which proves nothing")


def told_by(flow: Flow, cfdi: Cfdi, call: Call[StampRequest]) -> Stamped | NeverStamped | StillUnknown:
    """The PAC's answer to what became of the document; whatever it raises is no answer."""
    if not call.wait(flow, cfdi):
        return StillUnknown("this process slept through its lease")
    try:
        return call.pac.plugin.recover(call.pac.http, call.request)
    except Exception as error:
        return StillUnknown(f"{type(error).__name__}: {error}")


def mark_doubt(flow: Flow, session: Session, row: Cfdi, error: Exception) -> InDoubtError:
    """The document may have been stamped: from here on only its PAC is asked."""
    now = flow.now()
    row.reason = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
    row.never_stamped_at = None
    doubt = InDoubtError(f"not known whether {row.key} was stamped: {row.reason}", hint=_hint(row))
    first = row.in_doubt_since is None
    if row.state == CfdiState.IN_DOUBT:
        begin(flow, session, f"cfdi {row.key}", doubt)
    _enter_doubt(session, row, now, why=row.reason)
    _waited(flow, row, _last_sent(session, row))
    if first:
        due(row, now + timedelta(seconds=FIRST_RECOVERY_S))
    else:
        again(row, now)
    return doubt


def wait_for_pac(flow: Flow, session: Session, row: Cfdi) -> None:
    """No call now. The state stays: what was under way may have been stamped, and only that PAC can tell."""
    error = ConfigError(f"there is no PAC {row.pac} any more", hint="put it back: it has work")
    row.reason = str(error)
    wait_out(flow, session, row, f"cfdi {row.key}", error)


def _found(flow: Flow, cfdi: Cfdi, token: str, answer: Stamped) -> None:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        fault = stamped(flow, session, row, answer)
        if fault is None:
            flow.awaited.pop(row.id, None)
            end(flow, session, f"cfdi {row.key}")
        else:
            mark_doubt(flow, session, row, fault)
        give_back(flow, session, row.pac, token=token)


def _still_unknown(flow: Flow, cfdi: Cfdi, token: str, reason: str) -> None:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        mark_doubt(flow, session, row, InDoubtError(reason))
        give_back(flow, session, row.pac, token=token)


def _never_stamped(flow: Flow, cfdi: Cfdi, token: str, *, knows_bytes: bool) -> None:
    """Proved early, only the same PAC may get the same bytes; proved when nothing can arrive any more, any PAC may."""
    with flow.store.write() as session:
        row, now = held(session, Cfdi, cfdi.id, token), flow.now()
        asked, since = row.pac, row.in_doubt_since or now
        _enter_doubt(session, row, now, why="a process ended while sending")
        sent = _last_sent(session, row)
        if restored.waits(session, row.issuer):
            mark_doubt(flow, session, row, InDoubtError(restored.WAITS))
            return give_back(flow, session, asked, token=token)
        nothing_arrives = max(since, sent, now - _waited(flow, row, sent)) + MAY_ARRIVE
        if knows_bytes and now < since + MAY_ARRIVE:
            _same_bytes_again(flow, session, row, now)
        elif row.never_stamped_at is None or now < nothing_arrives:
            row.never_stamped_at, row.reason = now, "its PAC says that it never stamped it, and is asked once more"
            due(row, max(now + SECOND_OPINION, nothing_arrives))
        else:
            free(flow, session, row, why="never stamped, says its PAC twice", who=row.pac)
        return give_back(flow, session, asked, token=token)


def _waited(flow: Flow, row: Cfdi, sent: datetime) -> timedelta:
    """For how long this process has surely waited since it knows of the sending, even if the time of day was set."""
    known, begun = flow.awaited.get(row.id, (None, 0.0))
    if known != sent:
        begun = flow.seconds()
        flow.awaited[row.id] = sent, begun
    return timedelta(seconds=flow.seconds() - begun)


def _last_sent(session: Session, row: Cfdi) -> datetime:
    """When it was last begun to be sent; a document in doubt was."""
    sent = select(func.max(Event.at)).where(
        Event.entity == "cfdi", Event.entity_id == row.id, Event.after == CfdiState.SENDING
    )
    return session.exec(sent).one()


def free(flow: Flow, session: Session, row: Cfdi, *, why: str, who: str) -> None:
    """It is certain that it was never stamped: the next PAC may have it, or the same again."""
    move_cfdi(session, row, CfdiState.SEALED, at=flow.now(), why=why, who=who)
    row.in_doubt_since, row.never_stamped_at = None, None
    flow.awaited.pop(row.id, None)
    end(flow, session, f"cfdi {row.key}")
    if not failover.pass_on(flow, session, row, why=why):
        due(row, flow.now())
        flow.kick(session, "cfdi", row.id)


def _send_again(flow: Flow, cfdi: Cfdi, token: str) -> None:
    """Nothing is proved, but this PAC answers the same bytes with the earlier stamp: only it may get them."""
    with flow.store.write() as session:
        row, now = held(session, Cfdi, cfdi.id, token), flow.now()
        _enter_doubt(session, row, now, why="a process ended while sending")
        if restored.waits(session, row.issuer):
            mark_doubt(flow, session, row, InDoubtError(restored.WAITS))
        else:
            _same_bytes_again(flow, session, row, now)
        give_back(flow, session, row.pac, token=token)


def _same_bytes_again(flow: Flow, session: Session, row: Cfdi, now: datetime) -> None:
    """They go to the same PAC; the doubt stays, and with it the waiting between attempts."""
    move_cfdi(session, row, CfdiState.SEALED, at=now, why="the same bytes to the same PAC", who="hub")
    row.due_at, row.token = now, None
    flow.kick(session, "cfdi", row.id)


def _enter_doubt(session: Session, row: Cfdi, now: datetime, *, why: str) -> None:
    row.in_doubt_since = row.in_doubt_since or now
    if row.state != CfdiState.IN_DOUBT:
        move_cfdi(session, row, CfdiState.IN_DOUBT, at=now, why=why, who="hub")


def _hint(row: Cfdi) -> str:
    return f"the hub keeps asking {row.pac}; see `hub doubts list`"
