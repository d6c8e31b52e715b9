"""One step of a CFDI at its PAC: send the journalled bytes once, or ask what became of them.

Only bytes that are committed are ever sent, and only the same bytes are sent again. While it is not
known whether they were stamped, nothing new is made of the ticket (pac-independent; promise 4).
"""

from datetime import timedelta
from typing import Any

from hub.plugin import (
    ConfigError,
    HubError,
    InDoubtError,
    NeverStamped,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
)
from hub.store import Cfdi, CfdiState, CfdiXml
from hub.store.states import move_cfdi

from .conditions import begin, end, wait_out
from .context import Flow
from .instances import Instance
from .outcome import rejected, stamped
from .work import again, claim, due, held

ALREADY_STAMPED = "307"
FIRST_RECOVERY_S = 2.0


def step(flow: Flow, cfdi_id: int) -> None:
    """Advance a CFDI that is due."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, Cfdi, cfdi_id, now=flow.now(), lease=lease)
    if taken is None:
        return
    cfdi, token = taken
    pac = flow.instances.pacs.get(cfdi.pac)
    if pac is None:
        _wait_for_pac(flow, cfdi, token)
    elif cfdi.state == CfdiState.SEALED:
        _send(flow, pac, cfdi, token)
    else:
        # `sending` with a lease that ran out is a process that died in mid-air: the same doubt.
        _recover(flow, pac, cfdi, token)


def _send(flow: Flow, pac: Instance[PacProvider[Any]], cfdi: Cfdi, token: str) -> None:
    request = _begin_sending(flow, cfdi, token)
    try:
        answer = pac.plugin.stamp(pac.http, request)
    except (ConfigError, TransientError) as error:
        return _wait(flow, cfdi, token, error)
    except Exception as error:
        return _doubt(flow, cfdi, token, error)
    return _settle(flow, cfdi, token, answer)


def _begin_sending(flow: Flow, cfdi: Cfdi, token: str) -> StampRequest:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        move_cfdi(session, row, CfdiState.SENDING, at=flow.now(), why=f"to {row.pac}", who="hub")
        return _request(row, session.get_one(CfdiXml, cfdi.id))


def _request(cfdi: Cfdi, journal: CfdiXml) -> StampRequest:
    return StampRequest(key=cfdi.key, xml=journal.sealed, rfc_emisor=cfdi.rfc_emisor)


def _recover(flow: Flow, pac: Instance[PacProvider[Any]], cfdi: Cfdi, token: str) -> None:
    with flow.store.read() as session:
        request = _request(cfdi, session.get_one(CfdiXml, cfdi.id))
    try:
        answer = pac.plugin.recover(pac.http, request)
    except Exception as error:
        answer = StillUnknown(f"{type(error).__name__}: {error}")
    if isinstance(answer, Stamped):
        return _settle(flow, cfdi, token, answer)
    if isinstance(answer, NeverStamped) and (answer.proven or pac.plugin.capabilities.resend_is_safe):
        return _send_again(flow, cfdi, token)
    reason = (
        answer.reason if isinstance(answer, StillUnknown) else "a search at the PAC found nothing, which proves nothing"
    )
    return _doubt(flow, cfdi, token, InDoubtError(reason))


def _send_again(flow: Flow, cfdi: Cfdi, token: str) -> None:
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        now = flow.now()
        if row.state == CfdiState.SENDING:
            move_cfdi(session, row, CfdiState.IN_DOUBT, at=now, why="a process ended while sending", who="hub")
        move_cfdi(session, row, CfdiState.SEALED, at=now, why="never stamped: the same bytes may be sent", who="hub")
        row.in_doubt_since = None
        due(row, now)
        end(flow, session, f"cfdi {row.key}")
        flow.kick(session, "cfdi", row.id)


def _settle(flow: Flow, cfdi: Cfdi, token: str, answer: Stamped | Rejected) -> None:
    if isinstance(answer, Rejected) and answer.code == ALREADY_STAMPED:
        return _doubt(flow, cfdi, token, InDoubtError("the PAC holds a stamp of these bytes that it did not show"))
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        if isinstance(answer, Rejected):
            rejected(flow, session, row, answer)
        elif (fault := stamped(flow, session, row, answer)) is not None:
            _mark_doubt(flow, session, row, fault)
            return None
        end(flow, session, f"cfdi {row.key}")
        return end(flow, session, f"pac {row.pac}")


def _doubt(flow: Flow, cfdi: Cfdi, token: str, error: Exception) -> None:
    with flow.store.write() as session:
        _mark_doubt(flow, session, held(session, Cfdi, cfdi.id, token), error)


def _mark_doubt(flow: Flow, session: Any, row: Cfdi, error: Exception) -> None:
    now = flow.now()
    row.reason = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
    if row.state != CfdiState.IN_DOUBT:
        move_cfdi(session, row, CfdiState.IN_DOUBT, at=now, why=row.reason, who="hub")
        row.in_doubt_since = now
        due(row, now + timedelta(seconds=FIRST_RECOVERY_S))
    else:
        hint = f"the hub keeps asking {row.pac}; see `hub doubts list`"
        begin(
            flow,
            session,
            f"cfdi {row.key}",
            InDoubtError(f"not known whether {row.key} was stamped: {row.reason}", hint=hint),
        )
        again(row, now)


def _wait_for_pac(flow: Flow, cfdi: Cfdi, token: str) -> None:
    """The state stays: what was under way may have been stamped, and only that PAC can tell."""
    error = ConfigError(f"there is no PAC {cfdi.pac} any more", hint="put it back: it has work")
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        row.reason = str(error)
        wait_out(flow, session, row, f"pac {row.pac}", error)


def _wait(flow: Flow, cfdi: Cfdi, token: str, error: ConfigError | TransientError) -> None:
    """It certainly did not happen: the same bytes again later."""
    with flow.store.write() as session:
        row = held(session, Cfdi, cfdi.id, token)
        row.reason = str(error)
        if row.state == CfdiState.SENDING:
            move_cfdi(session, row, CfdiState.SEALED, at=flow.now(), why=str(error), who="hub")
        wait_out(flow, session, row, f"pac {row.pac}", error)
