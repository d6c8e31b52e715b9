"""What people do: the shop sells and gives back, buyers visit the portal, an operator looks after what waits."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from hub.engine.advance import advance
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.context import Flow
from hub.flow.nightly import nightly
from hub.flow.portal import Portal
from hub.flow.portal_model import FiscalData, Purchase, Stage
from hub.flow.release import release
from hub.flow.work import due
from hub.plugin import ConfigError
from hub.store import Cfdi, CfdiState, Ticket, TicketState

from .clock import BEGIN
from .post_office import Mail
from .world import COMMAND, World

HORIZON = timedelta(hours=12)
BUSY = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=9))
REAL = FiscalData("CPU200101AB8", "CLIENTE DE PRUEBA UNO", "06600", "601", "G03")
OTHER = FiscalData("PEPF850101A14", "PERSONA FISICA DE PRUEBA UNO", "03100", "612", "G03")
WRONG_NAME = FiscalData("CPU200101AB8", "CLIENTE DE PRUEBA UNA", "06600", "601", "G03")
WRONG_PLACE = FiscalData("CPU200101AB8", "CLIENTE DE PRUEBA UNO", "64000", "601", "G03")
NONSENSE = FiscalData("CPU2001", "", "1", "", "")


def plan(world: World) -> None:
    """What a day will bring, as the seed wants it."""
    Buyers(world)
    for number in range(world.random.randint(1, 4)):
        _later(world, 3, f"sale {number}", lambda number=number: _sell(world, number))  # type: ignore[misc]
    if world.in_line:
        _later(world, 3, "the last minute of a sale", lambda: _sell_many(world))
    for _ in range(2):
        _later(world, 12, "the hub's clock: poll", world.poll)
    for _ in range(world.random.randint(0, 2)):
        _later(world, 12, "the hub's clock: tell events", world.tell)
        _later(world, 12, "the operator looks", lambda: _operator_looks(world))
        _later(world, 12, "the hub's clock: night", lambda: _night(world))


def one_ordinary_sale(world: World) -> None:
    """Passes through everything, so that everything shows that it works (again)."""
    buyer = {**_fiscal(REAL), "email": "last@cliente.mx"}
    world.shop.sell(len(world.shop.things) + 100, [("La última", Decimal(116))], forma_pago="03", buyer=buyer)


def _later(world: World, hours: float, name: str, act: Callable[[], object]) -> None:
    """Some time, or together with other things: what meets is what breaks."""
    after = timedelta(hours=world.seconds(hours))
    if world.random.random() < 0.5:
        busy = world.random.choice(BUSY) - (world.clock.true - BEGIN)
        after = max(timedelta(0), busy) + timedelta(seconds=world.seconds(10))
    world.later(after, name, act)


def _sell(world: World, number: int) -> None:
    random = world.random
    lines = [(f"Artículo {n}", Decimal(random.randint(100, 400_000)) / 100) for n in range(random.randint(1, 3))]
    more: dict[str, object] = {"buyer": _buyer(world, number)}
    if random.random() < 0.9:
        more["forma_pago"] = "03"
    key = world.shop.sell(number, lines, **more)
    if random.random() < 0.3:
        _later(world, random.choice((0.1, 2)), f"{key} is amended", lambda: _amend(world, key))
    if random.random() < 0.35:
        _later(world, 10, f"{key} is given back", lambda: _refund(world, key, number))


def _sell_many(world: World) -> None:
    """To buyers whose data are known: their documents meet at the PAC."""
    buyer = {**_fiscal(REAL), "email": "hasty@cliente.mx"}
    for number in range(world.random.randint(3, 6)):
        world.shop.sell(10 + number, [("Oferta", Decimal(58))], forma_pago="03", buyer=buyer)


def _buyer(world: World, number: int) -> dict[str, str]:
    email = f"buyer{number % 3}@cliente.mx"
    match world.random.choice(("known", "known", "mailbox", "mailbox", "mailbox", "customer", "wrong", "nobody")):
        case "known":
            return {**_fiscal(world.random.choice((REAL, OTHER))), "email": email}
        case "wrong":
            return {**_fiscal(world.random.choice((WRONG_NAME, WRONG_PLACE))), "email": email}
        case "mailbox":
            return {"email": email}
        case "customer":
            return {"email": email, "customer_id": "customer_7"}
    return {}


def _fiscal(data: FiscalData) -> dict[str, str]:
    return {name: value for name, value in asdict(data).items() if value}


def _amend(world: World, key: str) -> None:
    order = world.shop.things[key]
    changes: list[dict[str, object]] = [
        {"lines": [*order["lines"], ["Envío", "99.00"]]},
        {"buyer": {**order["buyer"], "email": "moved@cliente.mx"}},
        {"forma_pago": "04"},
    ]
    world.shop.amend(key, **world.random.choice(changes))
    if world.random.random() < 0.4:  # and back again
        _later(
            world,
            world.random.choice((0.1, 1)),
            f"{key} is as before",
            lambda: world.shop.amend(key, **_undated(order)),
        )


def _undated(order: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in order.items() if name != "changed_at"}


def _refund(world: World, key: str, number: int) -> None:
    left = world.shop.total_of(key) - world.shop.refunded_of(key)
    amount = left if world.random.random() < 0.5 else max(Decimal("0.01"), (left / 3).quantize(Decimal("0.01")))
    refund = world.shop.refund(number, key, amount)
    if world.random.random() < 0.3:
        _later(world, world.random.choice((0.1, 3)), f"{refund} comes back", lambda: world.shop.reverse(refund))


class Buyers:
    """They act on the mail they get: some never, some twice, some with wrong data first."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.post_office.taken = self._read

    def _read(self, mail: Mail) -> None:
        if "/f/" not in mail.text or mail.xml:
            return
        token = mail.text.split("/f/")[1].split()[0]
        for _ in range(self._world.random.choice((0, 1, 1, 2))):
            _later(self._world, 8, f"{mail.recipient} opens the link", lambda: self._visit(token))

    def _visit(self, token: str) -> None:
        self._world.spawn("a buyer", lambda: self._in_the_portal(token))

    def _in_the_portal(self, token: str) -> None:
        world = self._world
        portal = Portal(world.flow, sleep=lambda seconds: world.pause("waits", seconds), looks=2)
        shown = portal.open(token)
        if shown is None:
            raise AssertionError("a link that was mailed means nothing")
        if world.random.random() < 0.2:
            known_by_number = portal.find("tienda", shown.reference, str(shown.total))
            token = known_by_number or token
        data = world.random.choice((REAL, REAL, OTHER, WRONG_NAME, WRONG_PLACE, NONSENSE))
        if shown.stage in {Stage.OPEN, Stage.CORRECT}:
            portal.review(token, data)
            answer = portal.invoice(token, data)
            world.say(f"    a buyer sees {answer.stage if isinstance(answer, Purchase) else 'what to correct'}")
        elif shown.stage is Stage.INVOICED:
            portal.file(token, "xml")
            portal.send_copy(token, "accountant@cliente.mx")


def _operator_looks(world: World) -> None:
    flow = Flow(world.settings, world.stage.store, world.stage.instances, now=world.clock.hub_now)
    what = world.random.choice((_release, _recover, _cancel))
    motivo = world.random.choice(("02", "03"))
    world.spawn(f"operator: {what.__name__[1:]}", lambda: what(flow, motivo), COMMAND)


def _release(flow: Flow, _motivo: str) -> None:
    """`hub tickets release`, for all that is held."""
    with flow.store.write() as session:
        for ticket in session.exec(select(Ticket).where(Ticket.state == TicketState.HELD)):
            release(flow, session, ticket, who="operator")


def _recover(flow: Flow, _motivo: str) -> None:
    """`hub doubts recover`."""
    with flow.store.write() as session:
        doubts = session.exec(select(Cfdi).where(Cfdi.state == CfdiState.IN_DOUBT)).all()
        for row in doubts:
            due(row, flow.now())
    for row in doubts:
        advance(flow, "cfdi", row.id)


def _cancel(flow: Flow, motivo: str) -> None:
    """`hub cfdi cancel`, for the newest CFDI in force."""
    with flow.store.read() as session:
        stamped = select(Cfdi.key).where(Cfdi.state == CfdiState.STAMPED).order_by(col(Cfdi.id).desc())
        newest = session.exec(stamped).first()
    if newest is not None:
        with suppress(ConfigError):  # somebody else cancels it already
            request_cancellation(flow, newest, Wanted(motivo, None, "operator", "simulated"))


def _night(world: World) -> None:
    yesterday: date = (world.clock.hub_now() - timedelta(days=1)).date()
    world.spawn("night", lambda: nightly(world.flow, "tienda", yesterday))
