"""Which of an issuer's PACs gets a document, as long as it is certain that none of them stamped it."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from hub.store import Cfdi, CfdiXml, PacHealth
from hub.store.states import move_to_pac

from .context import Flow
from .turns import rests

LONG_AGO = datetime.min.replace(tzinfo=UTC)
SOON_S = 60.0
"""When a document whose round ended looks again for the issuer's first PAC, if that works for others."""


def may_move(cfdi: Cfdi) -> bool:
    """Not while its PAC may have stamped it: not even identical bytes, for another PAC would stamp them again.

    The same holds for a PAC that makes the seal itself: what it surely did not stamp may go elsewhere,
    what it may have stamped never, because SAT would not see that the two are one.
    """
    return cfdi.in_doubt_since is None


def choose(flow: Flow, session: Session, cfdi: Cfdi) -> str | None:
    """The PAC to go to: its own while that works, then the others in the issuer's order.

    If all rest, the one that has rested longest. None if no PAC of the configuration may have it.
    """
    own = cfdi.pac if cfdi.pac in flow.instances.pacs else None
    able = sorted(_able(flow, session, cfdi), key=lambda name: name != own) if may_move(cfdi) else []
    if len(able) < 2:
        return next(iter(able), own)
    health, now = _health(session, able), flow.now()
    return min(able, key=lambda name: _rank(health.get(name), able.index(name), now))


def pass_on(flow: Flow, session: Session, cfdi: Cfdi, *, why: str) -> bool:
    """To the issuer's next PAC that works, at once. At the end of the round back to its first one, and False."""
    if not may_move(cfdi):
        return False
    able, now = _able(flow, session, cfdi), flow.now()
    behind = able[able.index(cfdi.pac) + 1 :] if cfdi.pac in able else able
    health = _health(session, behind)
    to = next((name for name in behind if not rests(health.get(name), now)), None)
    if to is not None:
        move_to_pac(session, cfdi, to, at=now, why=why)
        cfdi.due_at, cfdi.token = now, None
        flow.kick(session, "cfdi", cfdi.id)
    elif able and able[0] != cfdi.pac:
        move_to_pac(session, cfdi, able[0], at=now, why="the next round begins there")
    return to is not None


def another_works(session: Session, cfdi: Cfdi, called: str) -> bool:
    """Whether the PAC that it went back to, not the one `called` just now, works for others.

    A round may begin in the middle, where the breakers let it; the PACs before are then not tried in it.
    """
    return cfdi.pac != called and not any(one.failures for one in _health(session, [cfdi.pac]).values())


def _able(flow: Flow, session: Session, cfdi: Cfdi) -> list[str]:
    order = [name for name in flow.issuer(cfdi.issuer).pac if name in flow.instances.pacs]
    most = {name: flow.instances.pacs[name].plugin.capabilities.max_request_bytes for name in order}
    if not any(most.values()):
        return order
    size = len(session.get_one(CfdiXml, cfdi.id).sealed)
    return [name for name in order if size <= (most[name] or size)]


def _health(session: Session, names: list[str]) -> dict[str, PacHealth]:
    return {one.pac: one for one in session.exec(select(PacHealth).where(col(PacHealth.pac).in_(names)))}


def _rank(health: PacHealth | None, place: int, now: datetime) -> tuple[datetime, int]:
    """One whose rest is over counts as one that works: somebody has to try it."""
    resting = health.open_until if health is not None and rests(health, now) else None
    return resting or LONG_AGO, place
