"""A composed record -> the hub's values. Pure."""

from datetime import UTC, datetime

from pydantic import ValidationError

from hub.plugin import DataError, Ignored, Movement, Record, Sale, from_minor

from .buyer import buyer_of
from .config import StripeConfig
from .forma_pago import forma_pago_of
from .lines import lines_of
from .money_back import dispute_lost, refund
from .places import value_of


def to_sale(record: Record, config: StripeConfig) -> Movement:
    """Map one record that `read` composed.

    Raises:
        DataError: the amounts do not add up, a tax is not a Mexican one, a value has the wrong form.
    """
    try:
        kind = record["object_kind"]
        if kind == "refund":
            return refund(record)
        if kind == "dispute":
            return dispute_lost(record, config)
        return _sale(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Stripe {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise DataError(f"Stripe {record.get('id')}: not as documented, {type(error).__name__}: {error}") from error


def _sale(record: Record, config: StripeConfig) -> Sale | Ignored:
    unfit = _not_yet(record)
    if unfit:
        return Ignored(f"{record['id']}: {unfit}")
    main = record["invoice"] or record["payment_intent"] or record["charge"]
    currency = str(main["currency"]).upper()
    total = from_minor(_charged(record), currency)
    lines, prices_include_tax = lines_of(record, config, currency, total)
    account = record["account"]
    return Sale(
        id=f"{account}:{record['id']}" if account else record["id"],
        sold_at=_sold_at(record),
        currency=currency,
        total=total,
        lines=lines,
        prices_include_tax=prices_include_tax,
        reference=value_of(record, config, "reference")[:100] or None,
        aliases=_aliases(record),
        forma_pago=forma_pago_of(record["charge"], config.formas_pago),
        buyer=buyer_of(record, config),
        seller=account or None,
        live=bool(main["livemode"]),
    )


def _not_yet(record: Record) -> str:
    invoice, intent, charge = record["invoice"], record["payment_intent"], record["charge"]
    if invoice is not None and invoice["status"] != "paid":
        return f"invoice {invoice['id']} is {invoice['status']}; it becomes a sale once it is paid in full"
    if invoice is not None and not invoice["amount_paid"]:
        return f"invoice {invoice['id']}: no money moved"
    if invoice is None and intent is not None and intent["status"] != "succeeded":
        return f"payment is {intent['status']}"
    if intent is None and invoice is None and not (charge["status"] == "succeeded" and charge["captured"]):
        return f"charge is {charge['status']}, captured={charge['captured']}"
    return "" if _charged(record) else "no money moved"


def _charged(record: Record) -> int:
    if record["invoice"] is not None:
        return int(record["invoice"]["total"])
    if record["payment_intent"] is not None:
        return int(record["payment_intent"]["amount_received"])
    return int(record["charge"]["amount_captured"])


def _sold_at(record: Record) -> datetime:
    paid_at = ((record["invoice"] or {}).get("status_transitions") or {}).get("paid_at")
    moment = paid_at or (record["charge"] or record["payment_intent"])["created"]
    return datetime.fromtimestamp(int(moment), UTC)


def _aliases(record: Record) -> tuple[str, ...]:
    payments = [payment["payment"].get("payment_intent") for payment in record["invoice_payments"]]
    objects = [record[name] for name in ("payment_intent", "charge", "invoice", "session") if record[name]]
    # A subscription's session is not this money alone.
    own = [found["id"] for found in objects if found.get("mode") != "subscription"]
    known = dict.fromkeys(identifier for identifier in (*payments, *own) if identifier)
    return tuple(identifier for identifier in known if identifier != record["id"] or record["account"])
