"""A composed record -> the hub's values. Pure."""

from datetime import datetime

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Movement, Record, Sale, exact_amount, text_of

from .config import OpenPayConfig
from .forma_pago import forma_pago_of
from .lines import line_of
from .money_back import chargeback, refund


def to_sale(record: Record, config: OpenPayConfig) -> Movement:
    """Map one record that `compose` made.

    Raises:
        DataError: the amounts do not add up, or a value has the wrong form.
    """
    try:
        kind = record["object_kind"]
        if kind == "refund":
            return refund(record)
        if kind == "chargeback":
            return chargeback(record, config)
        return _sale(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"OpenPay {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"OpenPay {record.get('id')}: not as documented, {type(error).__name__}: {error}") from error


def _sale(record: Record, config: OpenPayConfig) -> Sale | Ignored:
    if record["transaction_type"] != "charge":
        return Ignored(f"{record['id']} is a {record['transaction_type']}, no charge")
    if record["status"] != "completed":
        return Ignored(f"{record['id']}: charge is {record['status']}; it becomes a sale once it is completed")
    currency = record["currency"]
    total = exact_amount(record["amount"], currency, "amount")
    metadata = record.get("metadata") or {}
    fields = Fields(record, (metadata,), config.fields)
    description = fields.get("description") or text_of(record.get("description")) or config.description
    line, includes_tax = line_of(metadata, total, currency, description, config)
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(record.get("operation_date") or record["creation_date"]),
        currency=currency,
        total=total,
        lines=(line,),
        prices_include_tax=includes_tax,
        reference=(text_of(record.get("order_id")) or fields.get("reference"))[:100] or None,
        forma_pago=forma_pago_of(record, config.formas_pago),
        buyer=_buyer(fields, record),
        live=not config.sandbox,
    )


def _buyer(fields: Fields, record: Record) -> Buyer:
    customer = record.get("customer") or {}
    return fields.buyer(
        nombre=f"{text_of(customer.get('name'))} {text_of(customer.get('last_name'))}".strip(),
        email=text_of(customer.get("email")),
        phone=text_of(customer.get("phone_number")),
        customer_id=text_of(record.get("customer_id")),
    )
