"""A composed record -> the hub's values. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Line, Movement, Record, Refund, Sale, exact_amount, text_of

from .config import ClipConfig

FORMAS_PAGO: Mapping[str, str] = {
    "credit": "04",
    "debit": "28",
    "cash": "01",
    "transfer": "03",
    "bank_transfer": "03",
    "spei": "03",
}
MXN = "MXN"


def to_sale(record: Record, config: ClipConfig) -> Movement:
    """Map one record that `read` or `pages` composed.

    Raises:
        DataError: a value has the wrong form, or money went back in a way that nobody names.
    """
    try:
        match record["object_kind"]:
            case "refund":
                return _refund(record)
            case "refunded":
                return _refunded(record, config)
            case "checkout":
                return Ignored(f"checkout {record['id']} is {record['status']}: Clip says that it is not paid")
            case _:
                return _sale(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Clip {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"Clip {record.get('id')}: not as documented, {type(error).__name__}: {error}") from error


def _sale(record: Record, config: ClipConfig) -> Sale | Ignored:
    payment, checkout = record["payment"], record["checkout"] or {}
    if record["status"] != "approved":
        return Ignored(f"{record['id']}: payment is {record['status']}; it becomes a sale once it is approved")
    metadata = checkout.get("metadata") or payment.get("metadata") or {}
    info = metadata.get("customer_info") or {}
    fields = Fields(record, (metadata, info), config.fields)
    said = text_of(checkout.get("purchase_description")) or text_of(payment.get("description"))
    lines = _lines(payment, fields.get("description") or said or config.description, config)
    made = datetime.fromisoformat(payment.get("approved_at") or payment["created_at"])
    reference = text_of(payment.get("external_reference")) or text_of(metadata.get("me_reference_id"))
    return Sale(
        id=record["id"],
        sold_at=made,
        currency=payment.get("currency") or MXN,
        total=sum((line.total for line in lines), Decimal(0)),
        lines=lines,
        # Only a notification names the checkout. What was read with it counts as newer than what the list says, or
        # the list would take the buyer away again.
        updated_at=made + timedelta(seconds=1) if checkout else made,
        reference=(reference or fields.get("reference"))[:100] or None,
        aliases=(text_of(payment["receipt_no"]),) if text_of(payment.get("receipt_no")) else (),
        forma_pago=_forma_pago(payment, config),
        buyer=_buyer(fields, info),
        live=not config.test,
    )


def _lines(payment: Record, description: str, config: ClipConfig) -> tuple[Line, ...]:
    currency = payment.get("currency") or MXN
    amount = exact_amount(payment["amount"], currency, "amount")
    tip = exact_amount(payment.get("tip_amount") or 0, currency, "tip_amount")
    sold = amount - tip if config.tips_in_amount else amount
    line = Line(description=description[:1000], unit_price=sold, total=sold)
    if not tip or config.tips == "leave_out":
        return (line,)
    return line, Line(description="Propina", unit_price=tip, total=tip, kind="tip")


def _forma_pago(payment: Record, config: ClipConfig) -> str | None:
    method = text_of((payment.get("payment_method") or {}).get("type")).lower()
    return config.formas_pago.get(method) or FORMAS_PAGO.get(method)


def _buyer(fields: Fields, info: Record) -> Buyer:
    return fields.buyer(
        nombre=text_of(info.get("name")), email=text_of(info.get("email")), phone=text_of(info.get("phone"))
    )


def _refund(record: Record) -> Refund | Ignored:
    found = record["refund"]
    status = text_of(found["status"]).lower()
    reference = found["reference"]
    if status != "approved":
        return Ignored(f"refund {record['id']} is {status}; it counts once it is approved")
    if reference["type"] != "payment":
        raise DataError(f"refund {record['id']} is of a {reference['type']}, not of a payment", hint="enter it by hand")
    return Refund(
        id=record["id"],
        sale_id=str(reference["id"]),
        refunded_at=datetime.fromisoformat(found["created_at"]),
        currency=found.get("currency") or MXN,
        amount=exact_amount(found["amount"], found.get("currency") or MXN, "amount"),
        reason=text_of(found.get("reason")),
    )


def _refunded(record: Record, config: ClipConfig) -> Ignored:
    amount = exact_amount(record["amount"], MXN, "amount_refunded")
    said = f"{record['id'].removeprefix('refunded-').rpartition('-')[0]}: {amount} went back"
    if config.tokens:
        return Ignored(f"{said}; the notification of the refund counts")
    raise DataError(
        f"{said}, and Clip's list does not name refunds",
        hint="enter the refund by hand, and set up the webhook for those to come",
        field="amount_refunded",
    )
