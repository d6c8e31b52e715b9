"""What must hold after every commit, and what must be true of a world at rest."""

from collections import defaultdict
from decimal import Decimal

from sqlmodel import Session, SQLModel, col, select

from hub.cfdi.read import read
from hub.flow.reconcile import Finding, reconcile
from hub.store import (
    Cfdi,
    CfdiState,
    CfdiTicket,
    CfdiXml,
    Condition,
    Delivery,
    DeliveryState,
    Event,
    InboxItem,
    InboxState,
    Ticket,
    TicketState,
)
from hub.store.states import LIVE_CFDI
from pac_providers.sandbox.status import is_cancelled

from .clock import BEGIN
from .post_office import Mail
from .stage import PACS
from .world import Broken, World

_DEAD = "('rejected', 'cancelled')"
_IN_FORCE = "('stamped', 'cancel_requested', 'cancel_refused')"
_NEVER = {
    "a ticket in two live CFDIs":
        f"""SELECT t.ticket_id FROM cfdi_ticket t JOIN cfdi c ON c.id = t.cfdi_id
            WHERE c.state NOT IN {_DEAD} GROUP BY t.ticket_id HAVING count(*) > 1""",
    "a link between ticket and CFDI that is not as live as its CFDI":
        f"SELECT c.key FROM cfdi_ticket t JOIN cfdi c ON c.id = t.cfdi_id WHERE t.live = (c.state IN {_DEAD})",
    "a CFDI that is on its way and not due":
        "SELECT key FROM cfdi WHERE state IN ('sealed', 'sending', 'in_doubt', 'cancel_requested') AND due_at IS NULL",
    "a stamped CFDI without UUID or stamped bytes":
        f"""SELECT c.key FROM cfdi c JOIN cfdi_xml x ON x.cfdi_id = c.id WHERE c.state != 'cancelled'
            AND (c.state IN {_IN_FORCE}) != (c.uuid IS NOT NULL AND x.stamped IS NOT NULL)""",
    "a claimed ticket that is neither due nor covered":
        """SELECT id FROM ticket WHERE state = 'claimed' AND due_at IS NULL
           AND id NOT IN (SELECT ticket_id FROM cfdi_ticket WHERE live)""",
    "an open or held ticket in a live CFDI":
        """SELECT id FROM ticket WHERE state IN ('open', 'held', 'void')
           AND id IN (SELECT ticket_id FROM cfdi_ticket WHERE live)""",
    "an invoiced ticket without a stamped CFDI":
        f"""SELECT id FROM ticket WHERE state = 'invoiced' AND id NOT IN (SELECT t.ticket_id FROM cfdi_ticket t
            JOIN cfdi c ON c.id = t.cfdi_id WHERE t.live AND c.state IN {_IN_FORCE})""",
    "a held ticket without a reason": "SELECT id FROM ticket WHERE state = 'held' AND reason = ''",
    "a message to send that is not due": "SELECT key FROM delivery WHERE state = 'pending' AND due_at IS NULL",
    "a delivery in the inbox that is not due":
        "SELECT delivery_key FROM inbox WHERE state = 'received' AND due_at IS NULL",
}  # fmt: skip


_WORTH = """SELECT c.key, c.total, t.total, t.refunded FROM cfdi c JOIN cfdi_ticket ct ON ct.cfdi_id = c.id
    JOIN ticket t ON t.id = ct.ticket_id WHERE c.id = ?"""
_ALL_OF_NEVER = " UNION ALL ".join(f"SELECT '{what}', * FROM ({sql})" for what, sql in _NEVER.items())


IN_FORCE_AT_REST = ([CfdiState.STAMPED], [CfdiState.CANCEL_REFUSED])


class Always:
    """Looked at after every commit; remembers the seals."""

    def __init__(self) -> None:
        self._seals: dict[int, bytes] = {}

    def __call__(self, world: World) -> None:
        for what, found in world.eye.rows(_ALL_OF_NEVER):
            raise Broken(f"{what}: {found}")
        for number, sealed in world.eye.rows("SELECT cfdi_id, sealed FROM cfdi_xml"):
            if number not in self._seals:
                self._seals[number] = sealed
                _worth_what_is_owed(world, number)
            elif self._seals[number] != sealed:
                self._kept(world, number)
                self._seals[number] = sealed

    def _kept(self, world: World, number: int) -> None:
        """Bytes change only with a new Fecha, and then the earlier ones are kept."""
        if not world.eye.rows("SELECT 1 FROM cfdi_resealed WHERE sealed = ?", self._seals[number]):
            raise Broken(f"the sealed bytes of CFDI {number} changed")


def _worth_what_is_owed(world: World, number: int) -> None:
    """At the moment of the seal a CFDI is worth its sale, less what went back."""
    for key, total, sold, refunded in world.eye.rows(_WORTH, number):
        if Decimal(total) != Decimal(sold) - Decimal(refunded):
            raise Broken(f"{key} was sealed over {total} when {sold} - {refunded} was owed")


def at_rest(world: World) -> None:
    """Nothing is under way and nothing goes wrong any more: the promises, in full."""
    with world.stage.store.read() as session:
        for check in (_sales, _stamps, _cancellations, _money, _mails, _copies, _trail, _conditions, _due, _report):
            check(world, session)


def _all(session: Session, table: type[SQLModel]) -> list:
    return list(session.exec(select(table)))


def _sales(world: World, session: Session) -> None:
    """Every sale in exactly one of: one live stamped CFDI, waiting with a reason, void."""
    tickets = {ticket.movement_key: ticket for ticket in session.exec(select(Ticket))}
    if tickets.keys() != set(world.shop.orders()):
        raise Broken(f"the shop sold {world.shop.orders()}, the hub knows {sorted(tickets)}")
    for key, ticket in tickets.items():
        states = [one.state for one in _covering(session, ticket)]
        live = [one for one in _covering(session, ticket) if one.state in LIVE_CFDI]
        given_back = world.shop.refunded_of(key) >= world.shop.total_of(key)
        match ticket.state:
            case TicketState.INVOICED:
                right = [one.state for one in live] in IN_FORCE_AT_REST
            case TicketState.VOID:
                right = not live and (given_back or CfdiState.CANCELLED in states)
            case TicketState.OPEN | TicketState.HELD:
                right = not live and not given_back
            case _:
                right = False
        if not right:
            raise Broken(f"{key} is {ticket.state} ({ticket.reason}) with {[(c.key, c.state) for c in live]}")


def _stamps(world: World, session: Session) -> None:
    """Stamps at the PACs = CFDIs in the store, byte for byte; and no sale has two."""
    at_pac = {stamp.uuid.lower(): stamp.xml for ledger in world.ledgers for stamp in ledger.stamps()}
    rows = session.exec(select(Cfdi, CfdiXml).join(CfdiXml, col(CfdiXml.cfdi_id) == col(Cfdi.id)))
    here = {cfdi.uuid: journal.stamped for cfdi, journal in rows if cfdi.uuid}
    if at_pac != here:
        raise Broken(f"the PACs stamped {sorted(at_pac)}, the hub has {sorted(here)}")
    for ticket in session.exec(select(Ticket)):
        stamped = [one.key for one in _covering(session, ticket) if one.uuid and one.state != CfdiState.CANCELLED]
        if len(stamped) > 1:
            raise Broken(f"{ticket.movement_key} was stamped as {stamped}")


def _cancellations(world: World, session: Session) -> None:
    """Cancelled here = cancelled at the PAC that was asked."""
    settings = world.stage.instances.pacs[PACS[0]].plugin.config
    for cfdi in session.exec(select(Cfdi).where(col(Cfdi.uuid).is_not(None))):
        found = [one.cancellation(cfdi.uuid or "") for one in world.ledgers]
        there = any(is_cancelled(one, settings, world.clock.true) for one in found)
        if there != (cfdi.state == CfdiState.CANCELLED):
            raise Broken(f"{cfdi.key} is {cfdi.state}, at the PACs it is {'cancelled' if there else 'in force'}")


def _money(world: World, session: Session) -> None:
    """The ticket says what the shop says; the CFDI says what was charged when it was sealed, or the report tells."""
    told = {line.sale: line.finding for line in _reconciled(world).differences}
    for ticket in session.exec(select(Ticket)):
        key = ticket.movement_key
        if ticket.refunded != world.shop.refunded_of(key):
            raise Broken(f"{key}: {world.shop.refunded_of(key)} was given back, the hub thinks {ticket.refunded}")
        if (ticket.total != world.shop.total_of(key)) != bool(ticket.difference):
            what = ticket.difference or "that it is so"
            raise Broken(f"{key} cost {world.shop.total_of(key)}, the hub thinks {ticket.total} and {what}")
        for cfdi in _covering(session, ticket):
            sealed = read(session.get_one(CfdiXml, cfdi.id).sealed)
            if (sealed.total, sealed.folio) != (cfdi.total, str(cfdi.folio)):
                raise Broken(f"{cfdi.key} is {cfdi.total}, its XML says {sealed.total}")
            differs = cfdi.state == CfdiState.STAMPED and cfdi.total != ticket.total - ticket.refunded
            if differs and ticket.reference not in told:
                raise Broken(f"{cfdi.key} is {cfdi.total} of {ticket.total} - {ticket.refunded}, and nobody is told")


def _mails(world: World, session: Session) -> None:
    """One event, one Message-ID, one reader; whatever was stamped was mailed; nothing was mailed by nobody."""
    known = {(row.message_id, row.recipient): row for row in session.exec(select(Delivery))}
    about: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in world.post_office.received:
        row = known.get((mail.message_id, mail.recipient))
        if row is None:
            raise Broken(f"a mail to {mail.recipient} that the hub knows nothing of: {mail.subject}")
        about[_event_of(mail, row), mail.recipient].add(mail.message_id)
    for (event, recipient), identities in about.items():
        if len(identities) > 1:
            raise Broken(f"{recipient} got {len(identities)} mails about {event}")
    taken = {(mail.message_id, mail.recipient) for mail in world.post_office.received}
    for identity, row in known.items():
        if row.state == DeliveryState.SENT and identity not in taken:
            raise Broken(f"{row.key} is noted as sent and was not")
    addressed = {row.cfdi_id for row in known.values() if row.kind == "invoice"}
    for ticket in session.exec(select(Ticket).where(Ticket.state == TicketState.INVOICED)):
        if ticket.email or (ticket.receiver or {}).get("email"):
            missing = [c.key for c in _covering(session, ticket) if c.uuid and c.id not in addressed]
            if missing:
                raise Broken(f"nobody was ever mailed {missing}")


def _event_of(mail: Mail, row: Delivery) -> str:
    """What a reader takes the mail to be about: its subject, its purchase, its invoice."""
    if row.kind == "notice":
        return row.key
    link = mail.text.partition("/f/")[2].partition("\n")[0]
    refusal = row.key.rpartition(":")[2] if row.kind == "correct" else ""
    return f"{mail.subject} {link} {refusal} {'a copy' if row.key.startswith('copy') else ''}"


def _copies(world: World, session: Session) -> None:
    """The XML in every mail is the stamped one, to the byte."""
    here = set(session.exec(select(CfdiXml.stamped)))
    for mail in world.post_office.received:
        if mail.xml is not None and mail.xml not in here:
            raise Broken(f"{mail.subject} to {mail.recipient} carries an XML that is not in the store")


def _trail(_world: World, session: Session) -> None:
    """The events of every row form one chain that ends in its state."""
    chains: dict[tuple[str, int], str] = {}
    for event in session.exec(select(Event).order_by(col(Event.id))):
        key = (event.entity, event.entity_id)
        if key in chains and chains[key] != event.before:
            raise Broken(f"{key}: {event.before} -> {event.after} after it had become {chains[key]}")
        chains[key] = event.after
    for entity, table in {"ticket": Ticket, "cfdi": Cfdi, "delivery": Delivery, "inbox": InboxItem}.items():
        for row in _all(session, table):
            if chains.get((entity, row.id), row.state) != row.state:
                raise Broken(f"{entity} {row.id} is {row.state}, its last event says {chains[entity, row.id]}")


def _conditions(_world: World, session: Session) -> None:
    """What was told to have begun was told to have ended, once it was mended; a PAC in reserve may not know yet."""
    if found := [one.subject for one in session.exec(select(Condition)) if one.subject != f"pac {PACS[1]}"]:
        raise Broken(f"still said to be wrong: {found}")


def _due(_world: World, session: Session) -> None:
    unopened = session.exec(
        select(InboxItem).where(col(InboxItem.state).in_([InboxState.RECEIVED, InboxState.SET_ASIDE]))
    )
    if found := [(one.delivery_key, one.state, one.reason) for one in unopened]:
        raise Broken(f"not understood: {found}")


def _report(world: World, session: Session) -> None:
    """The reconciliation adds up and finds nothing that must not be."""
    report = _reconciled(world)
    wrong = {Finding.INVOICED_TWICE, Finding.CFDI_WITHOUT_SALE, Finding.PAID_BUT_NO_SALE}
    if found := [line for line in report.differences if line.finding in wrong]:
        raise Broken(f"the report finds {found}")
    sold = sum((ticket.total for ticket in session.exec(select(Ticket))), Decimal(0))
    if report.totals and report.totals["MXN"].sold != sold:
        raise Broken(f"the report adds up to {report.totals['MXN'].sold}, sold was {sold}")


def _reconciled(world: World):
    return reconcile(world.flow, "tienda", BEGIN.date(), world.clock.true.date())


def _covering(session: Session, ticket: Ticket) -> list[Cfdi]:
    query = select(Cfdi).join(CfdiTicket, col(CfdiTicket.cfdi_id) == col(Cfdi.id))
    return list(session.exec(query.where(CfdiTicket.ticket_id == ticket.id)))
