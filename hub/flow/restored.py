"""A database that was restored from a backup: what may have happened since is asked before anything is sent.

What the PACs stamped after the moment of the backup is not known here, neither the documents nor their folios. Until
every PAC of an issuer has been asked (`hub.flow.restoration`) nothing of that issuer is sealed or sent.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col, select

from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState, Event, PacCall, Restoration
from hub.store.inserts import insert_new
from hub.store.states import move_cfdi

from .context import Flow
from .work import TABLES, due

WAITS = "the hub was restored from a backup, and its PACs are asked first what they stamped since"
PAUSE_S = 60.0
"""Between two looks of what waits for that."""
_UNDER_WAY = (
    select(Restoration.id)
    .where(col(Restoration.issuer) == bindparam("issuer"), col(Restoration.ended_at).is_(None))
    .limit(1)
)


def waits(session: Session, issuer: str) -> bool:
    """Whether nothing of this issuer may be sealed or sent now."""
    return session.execute(_UNDER_WAY, {"issuer": issuer}).first() is not None


def newest(session: Session) -> datetime | None:
    """When something happened last that this database knows of."""
    return session.exec(select(Event.at).order_by(col(Event.id).desc()).limit(1)).first()


def mark(flow: Flow, session: Session, *, since: datetime, who: str) -> int:
    """Say that all which this database knows is of `since`; answers how many PACs will be asked.

    To be called before anything works on the database, in the transaction that brings it to light.

    Raises:
        ConfigError: the moment is later than what the database knows, or in the future.
    """
    now, last = flow.now(), newest(session)
    if since > now:
        raise ConfigError(f"{since.isoformat()} is in the future", hint="say when the backup was made")
    if last is not None and last < since:
        # What was stamped between its last event and the backup's moment is known; to ask for more does no harm.
        since = last
    asked = 0
    for issuer, pac in sorted(_asked(flow, session)):
        row = Restoration(issuer=issuer, pac=pac, since=since, restored_at=now, who=who, due_at=now)
        if insert_new(session, row) is None:
            _once_more(session, issuer, pac, since, now)
        asked += 1
    _doubt_everything(session, since, now)
    session.execute(delete(PacCall))
    for table in TABLES.values():
        session.execute(update(table).where(col(table.token).is_not(None)).values(token=None, due_at=now))
    return asked


def _asked(flow: Flow, session: Session) -> set[tuple[str, str]]:
    """Every PAC that an issuer may have used: those of the configuration, and those that it ever had."""
    configured = {(name, pac) for name, issuer in flow.settings.issuers.items() for pac in issuer.pac}
    used = session.execute(select(Cfdi.issuer, Cfdi.pac).distinct())
    return configured | {(issuer, pac) for issuer, pac in used if issuer in flow.settings.issuers}


def _once_more(session: Session, issuer: str, pac: str, since: datetime, now: datetime) -> None:
    """The backup was made while an earlier restore was being settled."""
    mine = select(Restoration).where(
        Restoration.issuer == issuer, Restoration.pac == pac, col(Restoration.ended_at).is_(None)
    )
    row = session.exec(mine).one()
    row.since, row.restored_at, row.settled_at = min(row.since, since), now, None
    due(row, now)


def _doubt_everything(session: Session, since: datetime, now: datetime) -> None:
    """What was on its way, or about to be, may have been stamped since."""
    on_the_way = col(Cfdi.state).in_([CfdiState.SEALED, CfdiState.SENDING, CfdiState.IN_DOUBT])
    for row in session.exec(select(Cfdi).where(on_the_way)):
        why = f"a backup of {since.isoformat()} was restored: it may have been sent since"
        if row.state == CfdiState.SEALED:
            move_cfdi(session, row, CfdiState.SENDING, at=now, why=why, who="hub")
        if row.state == CfdiState.SENDING:
            move_cfdi(session, row, CfdiState.IN_DOUBT, at=now, why=why, who="hub")
        row.in_doubt_since, row.never_stamped_at, row.queued_at, row.reason = now, None, None, why
        due(row, now)
