"""After a restore, one PAC is asked what it stamped for one issuer since the backup, until it has told everything.

It has when its list brought nothing new once `search_lag` is over: a list may be behind the stamping. The issuer goes
on when all its PACs have, and every source has been read again, so that each CFDI that was found meets its sale.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, func, select, update

from hub.plugin import ConfigError, ContractError, DataError, HubError, Operation, PacProvider
from hub.store import Cfdi, CfdiState, Folio, Restoration, SourceState, Ticket, TicketState
from hub.store.inserts import insert_new

from .adopt import Adopted, Found, adopt
from .conditions import begin, end, wait_out
from .context import Flow
from .instances import Instance
from .rejoin import rejoin
from .sellers import issuers_of
from .visit import visit
from .work import LostClaimError, claim, due, finish, held

CLOCKS_DIFFER = timedelta(days=1)
"""So much earlier than the backup the list begins: a PAC's clock, or its days, may not be ours."""
ASK_AGAIN_S = 300.0
LOOK_AGAIN_S = 30.0
FOLIO_GAP = 1000
"""Folios that are left out: those of documents that were refused after the backup are known to nobody but the PAC."""
SERIOUS = 20


def step(flow: Flow, restoration_id: int) -> None:
    """Ask the PAC that is due; or look whether the issuer may go on."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, Restoration, restoration_id, now=flow.now(), lease=lease)
    if taken is None:
        return
    row, token = taken
    if row.settled_at is None:
        _ask(flow, row, token)
    elif row.ended_at is None:
        _look(flow, row, token)


def settle(flow: Flow, session: Session, row: Restoration, *, who: str, why: str) -> None:
    """All that this PAC stamped is known here, by its list or because a person says so."""
    now = flow.now()
    row.settled_at, row.says, row.who = now, why, who
    end(flow, session, _subject(row))
    due(row, now)
    flow.kick(session, "restoration", row.id)


def _ask(flow: Flow, row: Restoration, token: str) -> None:
    try:
        found, refused = _read_list(flow, row, token)
    except HubError as error:
        _failed(flow, row, token, error)
    except LostClaimError:
        raise
    except Exception as error:
        _failed(flow, row, token, ContractError(f"{row.pac} cannot be asked: {type(error).__name__}: {error}"))
    else:
        _heard(flow, row, token, found, refused)


def _heard(flow: Flow, row: Restoration, token: str, found: int, refused: list[str]) -> None:
    with flow.store.write() as session:
        mine, now = held(session, Restoration, row.id, token), flow.now()
        mine.found += found
        if refused:
            begin(flow, session, _subject(mine), DataError("; ".join(refused[:SERIOUS]), hint="see `hub db restored`"))
            mine.says = "; ".join(refused[:SERIOUS])
            due(mine, now + timedelta(seconds=ASK_AGAIN_S))
        elif found == 0 and now >= mine.restored_at + flow.settings.pacs[mine.pac].search_lag:
            settle(flow, session, mine, who=mine.pac, why=f"its list is complete: {mine.found} were not known here")
        else:
            mine.says = f"{mine.found} were not known here; it is asked again, because its list may be behind"
            due(mine, now + timedelta(seconds=ASK_AGAIN_S))


def _read_list(flow: Flow, row: Restoration, token: str) -> tuple[int, list[str]]:
    """How many of its CFDIs are news, and what contradicts what is known here."""
    pac = _able(flow, row)
    rfc, since = flow.issuer(row.issuer).rfc, row.since - CLOCKS_DIFFER
    news, refused, after = 0, list[str](), ""
    while True:
        with visit(flow, pac.name):
            page = pac.plugin.issued(pac.http, rfc, since, after)
        for one in page.cfdis:
            try:
                outcome = adopt(flow, row.issuer, row.pac, Found.of(one.xml), who=row.pac)
            except DataError as error:
                refused.append(str(error))
            else:
                news += outcome in {Adopted.NEW, Adopted.SETTLED}
        if not page.next:
            return news, refused
        if page.next == after:
            raise ContractError(f"{row.pac} answers the same page again")
        after = page.next
        _keep(flow, row, token)


def _able(flow: Flow, row: Restoration) -> Instance[PacProvider[Any]]:
    pac = flow.instances.pacs.get(row.pac)
    by_hand = f"`hub db found FILES`, then `hub db settle {row.issuer} {row.pac} --reason ...`"
    if pac is None:
        raise ConfigError(f"there is no PAC {row.pac} any more", hint=f"put it back, or: {by_hand}")
    if Operation.ISSUED not in pac.plugin.offers():
        raise ConfigError(
            f"{row.pac} cannot list what it stamped", hint=f"download it from its panel or SAT: {by_hand}"
        )
    return pac


def _keep(flow: Flow, row: Restoration, token: str) -> None:
    with flow.store.write() as session:
        mine = held(session, Restoration, row.id, token)
        mine.due_at = flow.now() + timedelta(seconds=flow.settings.engine.lease_s)


def _failed(flow: Flow, row: Restoration, token: str, error: HubError) -> None:
    with flow.store.write() as session:
        mine = held(session, Restoration, row.id, token)
        mine.says = str(error)
        wait_out(flow, session, mine, _subject(mine), error)


def _look(flow: Flow, row: Restoration, token: str) -> None:
    """The last of an issuer's PACs to be settled lets it go on."""
    with flow.store.write() as session:
        mine = held(session, Restoration, row.id, token)
        waiting = _unsettled(session, mine) + _unread(flow, session, mine)
        if waiting:
            mine.says = f"waits for {', '.join(waiting)}"
            return due(mine, flow.now() + timedelta(seconds=LOOK_AGAIN_S))
    rejoin(flow, row.issuer)
    with flow.store.write() as session:
        return _go_on(flow, session, held(session, Restoration, row.id, token))


def _unsettled(session: Session, row: Restoration) -> list[str]:
    others = select(Restoration.pac).where(
        Restoration.issuer == row.issuer, col(Restoration.ended_at).is_(None), col(Restoration.settled_at).is_(None)
    )
    return [f"PAC {pac}" for pac in session.exec(others)]


def _unread(flow: Flow, session: Session, row: Restoration) -> list[str]:
    mine = [name for name in flow.instances.sources if row.issuer in issuers_of(flow.settings.sources[name])]
    read = select(SourceState.name).where(col(SourceState.name).in_(mine), SourceState.read_at > row.restored_at)  # type: ignore[operator]
    known = set(session.exec(read))
    return [f"source {name}" for name in mine if name not in known]


def _go_on(flow: Flow, session: Session, row: Restoration) -> None:
    """The issuer seals and sends again, with folios that nobody used."""
    now = flow.now()
    _jump(flow, session, row.issuer)
    ended = col(Restoration.issuer) == row.issuer, col(Restoration.ended_at).is_(None)
    session.execute(update(Restoration).where(*ended).values(ended_at=now, due_at=None, token=None))
    finish(row)
    for cfdi in session.exec(
        select(Cfdi).where(
            Cfdi.issuer == row.issuer,
            col(Cfdi.state).in_([CfdiState.SEALED, CfdiState.IN_DOUBT]),
            col(Cfdi.token).is_(None),
        )
    ):
        due(cfdi, now)
        flow.kick(session, "cfdi", cfdi.id)
    for ticket in session.exec(
        select(Ticket).where(
            Ticket.issuer == row.issuer,
            col(Ticket.state).in_([TicketState.OPEN, TicketState.CLAIMED]),
            col(Ticket.due_at).is_not(None),
            col(Ticket.token).is_(None),
        )
    ):
        due(ticket, now)
        flow.kick(session, "ticket", ticket.id)


def _jump(flow: Flow, session: Session, issuer: str) -> None:
    used = select(Cfdi.serie, func.max(Cfdi.folio)).where(Cfdi.issuer == issuer).group_by(Cfdi.serie)
    highest: dict[str, int] = dict(session.exec(used).all())
    for serie in {*highest, flow.issuer(issuer).serie}:
        insert_new(session, Folio(issuer=issuer, serie=serie, next=1))
        mine = session.get_one(Folio, (issuer, serie), with_for_update=True)
        mine.next = max(mine.next, highest.get(serie, 0) + 1) + FOLIO_GAP


def _subject(row: Restoration) -> str:
    return f"restored {row.issuer} {row.pac}"
