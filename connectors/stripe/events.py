"""From an event to the identifier of what must be read again.

Several events tell of the same money, so all of them lead to the same object: the PaymentIntent, or the
charge if there is none, or the invoice if it was paid outside of Stripe.
"""

from collections.abc import Callable
from typing import Any

from hub.plugin import DataError, Ignored, Record, from_minor

Target = str | Ignored


def identifier_of(event: Record, *, live: bool) -> Target:
    """What an event speaks of, `acct_...:` in front for a connected account.

    Raises:
        DataError: an event without an object, or of a form that this connector does not know.
    """
    if event.get("object") != "event":
        raise DataError(
            "the delivery is not a snapshot event", hint="create the Stripe endpoint with snapshot payloads, not thin"
        )
    kind = str(event.get("type"))
    handler = HANDLERS.get(kind)
    if handler is None:
        return Ignored(f"{kind} is not handled")
    if bool(event.get("livemode")) != live:
        return Ignored(f"{kind}: a {_mode(not live)} event, this instance takes {_mode(live)} ones")
    target = _handled(handler, _object_of(event))
    account = event.get("account")
    if account is not None and not isinstance(account, str):
        raise DataError(f"event {event.get('id')}: account is no text", field="account")
    return f"{account}:{target}" if account and isinstance(target, str) else target


def _handled(handler: Callable[[Record], Target], found: Record) -> Target:
    try:
        return handler(found)
    except KeyError as error:
        raise DataError(f"{found['id']}: the field {error} is missing", field=str(error)) from error
    except (TypeError, ValueError, ArithmeticError) as error:
        raise DataError(f"{found['id']}: not as documented, {type(error).__name__}") from error


def _mode(live: bool) -> str:
    return "live" if live else "test"


def _object_of(event: Record) -> Record:
    data = event.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    if not isinstance(found, dict) or not found.get("id") or not isinstance(found["id"], str):
        raise DataError(f"event {event.get('id')}: data.object is missing", field="data.object")
    return found


def _itself(found: Record) -> Target:
    return str(found["id"])


def _charge(charge: Record) -> Target:
    return str(charge.get("payment_intent") or charge["id"])


def _refunds_of_charge(charge: Record) -> Target:
    return f"{charge['id']}/refunds"


def _session(session: Record) -> Target:
    status = session.get("payment_status")
    if status != "paid":
        return Ignored(f"checkout session {session['id']}: no money moved, payment_status={status}")
    return str(session.get("payment_intent") or session.get("invoice") or session["id"])


def _invoice(invoice: Record) -> Target:
    if not invoice.get("amount_paid"):
        return Ignored(f"invoice {invoice['id']}: no money moved")
    return str(invoice["id"])


def _invoice_payment(payment: Record) -> Target:
    return str(payment["invoice"])


def _dispute_closed(dispute: Record) -> Target:
    if dispute.get("status") == "lost":
        return str(dispute["id"])
    return Ignored(f"dispute {dispute['id']} closed: {dispute.get('status')}; the money stays")


def _dispute_created(dispute: Record) -> Target:
    currency = str(dispute["currency"]).upper()
    amount = from_minor(dispute["amount"], currency)
    where = dispute.get("payment_intent") or dispute.get("charge")
    return Ignored(
        f"dispute {dispute['id']} opened on {where}: {amount} {currency}, reason {dispute.get('reason')};"
        " answer it in Stripe, the invoice changes only if it is lost"
    )


def _ignored(reason: str) -> Callable[[Record], Target]:
    def handler(found: Record) -> Target:
        return Ignored(f"{found['id']}: {reason}")

    return handler


HANDLERS: dict[str, Callable[[Any], Target]] = {
    "payment_intent.succeeded": _itself,
    "charge.succeeded": _charge,
    "charge.captured": _charge,
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "invoice.paid": _invoice,
    "invoice.payment_succeeded": _invoice,
    "invoice_payment.paid": _invoice_payment,
    "refund.created": _itself,
    "refund.updated": _itself,
    "refund.failed": _itself,
    "charge.refund.updated": _itself,
    "charge.refunded": _refunds_of_charge,
    "charge.dispute.created": _dispute_created,
    "charge.dispute.closed": _dispute_closed,
    "credit_note.created": _ignored("a credit note; the refund behind it arrives by itself"),
    "checkout.session.expired": _ignored("the session expired, no money moved"),
}
