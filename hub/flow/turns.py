"""Turns at a PAC: its places, its pace and its breaker, in rows that all workers share (docs/adr/0008).

Whoever asks for a turn or gives it back locks the PAC's row of health first, and nothing else afterwards that another
such transaction may hold: two PACs are never locked in one transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, update
from sqlmodel import Session, col, select

from hub.config import PacInstance
from hub.plugin import ConfigError, HubError, TransientError
from hub.store import Cfdi, CfdiState, PacCall, PacHealth
from hub.store.inserts import insert_new
from hub.store.types import UtcDateTime

from .conditions import begin, end
from .context import Flow
from .work import take_locked

NEAR = timedelta(seconds=1)
"""A beginning that is so near is waited for at the place itself: no engine looks for work more often than that."""

# Asked with every call, so made once.
_HEALTH = (
    select(PacHealth)
    .where(col(PacHealth.pac) == bindparam("pac"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_UNDER_WAY = select(func.count()).where(
    col(PacCall.pac) == bindparam("pac"), col(PacCall.until) > bindparam("now", type_=UtcDateTime())
)
_CALLS: Any = PacCall.__table__  # type: ignore[attr-defined]
_CALL_ENDED = delete(_CALLS).where(_CALLS.c.token == bindparam("token"))
_NEXT = (
    select(Cfdi)
    .where(col(Cfdi.pac) == bindparam("pac"), col(Cfdi.queued_at).is_not(None))
    .order_by(col(Cfdi.state) != CfdiState.IN_DOUBT, col(Cfdi.queued_at), col(Cfdi.id))
    .limit(bindparam("room"))
    .with_for_update(skip_locked=True)
)


class Verdict(Enum):
    """The answer to who asks for a turn."""

    NOW = auto()
    LATER = auto()
    """All places are taken, or the pace does not allow it yet."""
    RESTS = auto()


class Turn(NamedTuple):
    """`begins_in_s`: how long to wait, with the place already taken, until the pace allows the call."""

    verdict: Verdict
    begins_in_s: float = 0.0


class Placed(NamedTuple):
    """A claimed CFDI that has a place at its PAC, and how long the pace lets it wait there."""

    cfdi: Cfdi
    token: str
    begins_in_s: float


Fits = Callable[[Cfdi], bool]
"""Whether a CFDI that waits for this PAC, locked, may be sent to it now. True binds."""


def none_fits(_cfdi: Cfdi) -> bool:
    """For who does not go on."""
    return False


def take_turn(flow: Flow, session: Session, cfdi: Cfdi, pac: str, *, token: str, asks: bool = False) -> Turn:
    """A turn at a PAC, held until `give_back`; otherwise the CFDI waits in its queue and is called.

    Who only `asks` what became of a document need not wait for the breaker: it harms nobody and settles a doubt.
    """
    now = flow.now()
    health = _locked(session, pac)
    room = _room(flow, session, health)
    verdict = _verdict(health, now, room, asks=asks)
    begins = now
    if verdict is Verdict.NOW:
        room -= 1
        begins = _taken(flow, session, cfdi, health, token)
        if health.open_until is not None and not asks:
            health.open_until = now + _lease(flow)  # one tries, the others wait for what comes of it
    else:
        _queue(cfdi, now, _lease(flow))
        if verdict is Verdict.LATER:
            _queue_others(session, pac, now, _lease(flow))
    _call_next(flow, session, health, room)
    return Turn(verdict, (begins - now).total_seconds())


def take_turn_to_ask(flow: Flow, session: Session, pac: str, *, token: str) -> Turn:
    """As `take_turn` for a call that is about no document of ours: it stands in no queue, it asks again."""
    now = flow.now()
    health = _locked(session, pac)
    verdict = _verdict(health, now, _room(flow, session, health), asks=True)
    if verdict is not Verdict.NOW:
        return Turn(verdict)
    session.add(PacCall(token=token, pac=pac, until=now + _lease(flow)))
    return Turn(verdict, (_keep_pace(flow.settings.pacs[pac], health, now) - now).total_seconds())


def give_back(flow: Flow, session: Session, pac: str, *, token: str) -> None:
    """The call is over and says nothing of the PAC's health."""
    health = _returned(session, pac, token)
    _call_next(flow, session, health, _room(flow, session, health))


def give_back_well(flow: Flow, session: Session, pac: str, *, token: str, fits: Fits = none_fits) -> Placed | None:
    """The call is over and the PAC answered: it works.

    The next of its queue, if it `fits`, has the place from this transaction on: nobody has to be called first.
    """
    health = _returned(session, pac, token)
    reopened = health.open_until is not None
    if health.failures:
        health.failures, health.open_until = 0, None
        end(flow, session, f"pac {pac}")
    if reopened:
        _call_back(flow, session, pac)
    room = _room(flow, session, health)
    handed = _hand_over(flow, session, health, room, fits)
    _call_next(flow, session, health, room - (handed is not None))
    return handed


def give_back_badly(flow: Flow, session: Session, pac: str, error: HubError, *, token: str) -> None:
    """The call is over and failed; after several in a row the PAC rests and its queue goes elsewhere."""
    now, settings = flow.now(), flow.settings.pacs[pac]
    health = _returned(session, pac, token)
    health.failures += 1
    opens = health.open_until is None and health.failures >= settings.breaker_after
    if opens or health.open_until is not None:
        health.open_until = now + settings.breaker_pause
    if isinstance(error, ConfigError):
        begin(flow, session, f"pac {pac}", error)
    elif opens:
        says = f"{pac} rests after {health.failures} calls in a row that failed: {error}"
        begin(flow, session, f"pac {pac}", TransientError(says, hint="the hub tries again by itself"))
    if opens:
        _call_elsewhere(flow, session, pac)
    _call_next(flow, session, health, _room(flow, session, health))


def rests(health: PacHealth | None, now: datetime) -> bool:
    """Whether the breaker lets nobody through now."""
    return health is not None and health.open_until is not None and health.open_until > now


def _locked(session: Session, pac: str) -> PacHealth:
    found = session.scalars(_HEALTH, {"pac": pac}).one_or_none()
    if found is None:
        insert_new(session, PacHealth(pac=pac))
        found = session.scalars(_HEALTH, {"pac": pac}).one()
    return found


def _verdict(health: PacHealth, now: datetime, room: int, *, asks: bool) -> Verdict:
    if rests(health, now) and not asks:
        return Verdict.RESTS
    too_soon = health.next_at is not None and health.next_at > now + NEAR
    return Verdict.LATER if too_soon or room <= 0 else Verdict.NOW


def _room(flow: Flow, session: Session, health: PacHealth) -> int:
    """How many more calls may be under way."""
    under_way = session.execute(_UNDER_WAY, {"pac": health.pac, "now": flow.now()}).scalar_one()
    return flow.settings.pacs[health.pac].concurrency - int(under_way)


def _taken(flow: Flow, session: Session, cfdi: Cfdi, health: PacHealth, token: str) -> datetime:
    """When the call of the place that this takes may begin."""
    now = flow.now()
    cfdi.queued_at = None
    session.add(PacCall(token=token, pac=health.pac, until=now + _lease(flow)))
    return _keep_pace(flow.settings.pacs[health.pac], health, now)


def _hand_over(flow: Flow, session: Session, health: PacHealth, room: int, fits: Fits) -> Placed | None:
    now = flow.now()
    if fits is none_fits or health.open_until is not None or _verdict(health, now, room, asks=False) is not Verdict.NOW:
        return None
    cfdi = session.scalars(_NEXT, {"pac": health.pac, "room": 1}).one_or_none()
    if cfdi is None or cfdi.state != CfdiState.SEALED or cfdi.token is not None or not fits(cfdi):
        return None
    token = take_locked(cfdi, now=now, lease=_lease(flow))
    return Placed(cfdi, token, (_taken(flow, session, cfdi, health, token) - now).total_seconds())


def _keep_pace(settings: PacInstance, health: PacHealth, now: datetime) -> datetime:
    """When the call may begin."""
    if settings.per_second is None:
        return now
    begins = max(now, health.next_at or now)
    health.next_at = begins + timedelta(seconds=1 / settings.per_second)
    return begins


def _queue(cfdi: Cfdi, now: datetime, lease: timedelta) -> None:
    """Whoever leaves calls the next; the lease is for the case that nobody is left who could."""
    cfdi.queued_at = cfdi.queued_at or now
    cfdi.due_at, cfdi.token = now + lease, None
    cfdi.attempts -= 1  # it only stood in line


def _queue_others(session: Session, pac: str, now: datetime, lease: timedelta) -> None:
    """Who is due here would hear the same: one transaction instead of one for each."""
    due = select(Cfdi.id).where(
        Cfdi.pac == pac,
        Cfdi.state == CfdiState.SEALED,
        col(Cfdi.queued_at).is_(None),
        col(Cfdi.token).is_(None),
        col(Cfdi.due_at) <= now,
    )
    free = due.with_for_update(skip_locked=True)
    session.execute(
        update(Cfdi).where(col(Cfdi.id).in_(free)).values(queued_at=now, due_at=now + lease),
        execution_options={"synchronize_session": False},
    )


def _returned(session: Session, pac: str, token: str) -> PacHealth:
    health = _locked(session, pac)
    session.execute(_CALL_ENDED, {"token": token})
    return health


def _call_next(flow: Flow, session: Session, health: PacHealth, room: int) -> None:
    """Let as many of the queue come as there are free places, doubts first; while it rests, one at its end."""
    if room <= 0:
        return
    now, settings = flow.now(), flow.settings.pacs[health.pac]
    waiting = session.scalars(_NEXT, {"pac": health.pac, "room": room}).all()
    at = (health.next_at or now) - NEAR
    for cfdi in waiting:
        if cfdi.state != CfdiState.IN_DOUBT and rests(health, now):
            _call(flow, session, cfdi, health.open_until or now)
            return
        _call(flow, session, cfdi, max(now, at))
        if settings.per_second is not None:
            at += timedelta(seconds=1 / settings.per_second)


def _call(flow: Flow, session: Session, cfdi: Cfdi, at: datetime) -> None:
    if cfdi.token is None and (cfdi.due_at is None or cfdi.due_at > at):
        cfdi.due_at = at
        flow.kick(session, "cfdi", cfdi.id)


def _call_elsewhere(flow: Flow, session: Session, pac: str) -> None:
    """It rests: what waits here and may go elsewhere looks again which PAC works."""
    queued = and_(col(Cfdi.pac) == pac, col(Cfdi.queued_at).is_not(None))
    _call_all(flow, session, queued, col(Cfdi.issuer).in_(_sharing(flow, pac)))


def _call_back(flow: Flow, session: Session, pac: str) -> None:
    """It works again: what waited for a better time, or for another PAC that rests, need not wait any longer."""
    here = and_(col(Cfdi.pac) == pac, col(Cfdi.queued_at).is_(None), col(Cfdi.never_stamped_at).is_(None))
    elsewhere = and_(
        col(Cfdi.pac) != pac, col(Cfdi.state) == CfdiState.SEALED, col(Cfdi.issuer).in_(_sharing(flow, pac))
    )
    _call_all(flow, session, or_(here, elsewhere), col(Cfdi.state).in_([CfdiState.SEALED, CfdiState.IN_DOUBT]))


def _call_all(flow: Flow, session: Session, *where: ColumnElement[bool]) -> None:
    now = flow.now()
    waiting = select(Cfdi.id).where(*where, col(Cfdi.token).is_(None), col(Cfdi.due_at) > now)
    free = waiting.with_for_update(skip_locked=True)
    called = session.execute(update(Cfdi).where(col(Cfdi.id).in_(free)).values(due_at=now).returning(col(Cfdi.id)))
    for cfdi_id in called.scalars():
        flow.kick(session, "cfdi", cfdi_id)


def _sharing(flow: Flow, pac: str) -> list[str]:
    """The issuers for which another PAC may stand in."""
    return [name for name, issuer in flow.settings.issuers.items() if pac in issuer.pac and len(issuer.pac) > 1]


def _lease(flow: Flow) -> timedelta:
    return timedelta(seconds=flow.settings.engine.lease_s)
