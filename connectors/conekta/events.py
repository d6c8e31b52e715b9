"""From an event to what must be read again: the order, whichever of its charges the event is about."""

from collections.abc import Iterable

from hub.plugin import DataError, Ignored, Record

from .compose import chargeback_record

ABOUT_MONEY = frozenset(
    {
        "order.paid",
        "order.partially_refunded",
        "order.refunded",
        "order.charged_back",
        "order.canceled",
        "order.voided",
        "order.updated",
        "charge.paid",
        "charge.refunded",
        "charge.reversed",
    }
)
CHARGEBACK = "charge.chargeback."


def told_by(event: Record, *, live: bool) -> Iterable[str | Record] | Ignored:
    """Orders to read, or complete records of what Conekta has no address for.

    Raises:
        DataError: an event about money that does not say of what.
    """
    kind = str(event.get("type"))
    if kind == "webhook_ping":
        return Ignored("a ping of Conekta")
    if kind not in ABOUT_MONEY and not kind.startswith(CHARGEBACK):
        return Ignored(f"{kind} is not handled")
    if bool(event.get("livemode")) != live:
        return Ignored(f"{kind}: a {_mode(live=not live)} event, this instance takes {_mode(live=live)} ones")
    found = _object_of(event)
    order_id = found["id"] if kind.startswith("order.") else found.get("order_id")
    if kind.startswith(CHARGEBACK):
        return _chargeback(event, found, order_id)
    if order_id:
        return [str(order_id)]
    if kind == "charge.paid":
        return [{"object_kind": "charge", "id": found["id"], "livemode": live, "charge": found}]
    return Ignored(f"{kind}: charge {found['id']} has no order")


def _chargeback(event: Record, found: Record, order_id: object) -> Iterable[str | Record]:
    told = found.get("chargeback")
    if not isinstance(told, dict) or not order_id:
        raise DataError(
            f"event {event.get('id')}: the chargeback does not say of which order it is",
            hint="look it up in Conekta; if it is lost, note the refund by hand",
            field="data.object",
        )
    # The order may not tell of its chargebacks; the event does, and is signed whole.
    return [str(order_id), chargeback_record(str(order_id), found)]


def _object_of(event: Record) -> Record:
    data = event.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    if not isinstance(found, dict) or not found.get("id"):
        raise DataError(f"event {event.get('id')}: data.object is missing", field="data.object")
    return found


def _mode(*, live: bool) -> str:
    return "live" if live else "test"
