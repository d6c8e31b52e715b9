"""One step of a delivery: compose the message from the state of now, hand it over, note what came of it."""

from datetime import timedelta
from urllib.parse import urlsplit

from hub.plugin import ConfigError, DataError, TransientError
from hub.store import Cfdi, CfdiXml, Delivery, DeliveryState, Ticket, TicketState
from hub.store.states import move_delivery

from .conditions import end, wait_out
from .context import Flow
from .hooks import GIVE_UP_AFTER, HOOK, GoneError, drop, send
from .messages import compose
from .outbox import CORRECT, LINK
from .work import claim, finish, held


def step(flow: Flow, delivery_id: int) -> None:
    """Send a delivery that is due."""
    lease = timedelta(seconds=flow.settings.engine.lease_s)
    taken = claim(flow.store, Delivery, delivery_id, now=flow.now(), lease=lease)
    if taken is None:
        return None
    delivery, token = taken
    if delivery.kind == HOOK:
        return _tell_subscriber(flow, delivery, token)
    if _no_longer_true(flow, delivery):
        return _done(flow, delivery, token, DeliveryState.DROPPED, "the purchase is not waiting for data any more")
    notifier = flow.instances.notifiers.get(delivery.notifier)
    if notifier is None:
        gone = ConfigError(f"there is no notifier {delivery.notifier} any more")
        return _wait(flow, delivery, token, flow.instances.broken.get(f"notifier {delivery.notifier}", gone))
    try:
        notifier.plugin.send(notifier.http, compose(flow, delivery, *_about(flow, delivery)))
    except DataError as error:
        return _done(flow, delivery, token, DeliveryState.FAILED, str(error))
    except (ConfigError, TransientError) as error:
        return _wait(flow, delivery, token, error)
    except Exception as error:
        return _wait(flow, delivery, token, TransientError(f"{type(error).__name__}: {error}"))
    return _done(flow, delivery, token, DeliveryState.SENT, f"handed to {delivery.notifier}")


def _tell_subscriber(flow: Flow, delivery: Delivery, token: str) -> None:
    try:
        said = send(flow, delivery)
    except GoneError as error:
        return _done(flow, delivery, token, DeliveryState.DROPPED, str(error))
    except (ConfigError, TransientError) as error:
        if delivery.attempts >= GIVE_UP_AFTER:
            return _done(flow, delivery, token, DeliveryState.FAILED, f"given up: {error}")
        return _wait(flow, delivery, token, error)
    return _done(flow, delivery, token, DeliveryState.SENT, said)


def _about(flow: Flow, delivery: Delivery) -> tuple[Ticket | None, Cfdi | None, bytes]:
    with flow.store.read() as session:
        ticket = session.get(Ticket, delivery.ticket_id) if delivery.ticket_id else None
        cfdi = session.get(Cfdi, delivery.cfdi_id) if delivery.cfdi_id else None
        journal = session.get(CfdiXml, cfdi.id) if cfdi else None
        return ticket, cfdi, (journal.stamped or b"") if journal else b""


def _no_longer_true(flow: Flow, delivery: Delivery) -> bool:
    if delivery.kind not in {LINK, CORRECT} or delivery.ticket_id is None:
        return False
    with flow.store.read() as session:
        ticket = session.get_one(Ticket, delivery.ticket_id)
        return ticket.state != TicketState.OPEN or (delivery.kind == CORRECT and not ticket.problems)


def _done(flow: Flow, delivery: Delivery, token: str, state: DeliveryState, why: str) -> None:
    now = flow.now()
    with flow.store.write() as session:
        row = held(session, Delivery, delivery.id, token)
        move_delivery(session, row, state, at=now, why=why)
        row.reason = "" if state == DeliveryState.SENT else why
        row.sent_at = now if state == DeliveryState.SENT else None
        finish(row)
        gone = row.kind == HOOK and state == DeliveryState.DROPPED
        if gone:
            drop(session, row)
        if gone or state == DeliveryState.SENT:
            end(flow, session, _to_whom(row))


def _wait(flow: Flow, delivery: Delivery, token: str, error: ConfigError | TransientError) -> None:
    with flow.store.write() as session:
        row = held(session, Delivery, delivery.id, token)
        row.reason = str(error)
        wait_out(flow, session, row, _to_whom(row), error)


def _to_whom(delivery: Delivery) -> str:
    """What is in trouble if it cannot be delivered."""
    if delivery.kind == HOOK:
        return f"hook {delivery.data['hook']} to {urlsplit(delivery.recipient).hostname}"[:120]
    return f"notifier {delivery.notifier}"
