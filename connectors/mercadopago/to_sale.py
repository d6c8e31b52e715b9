"""A composed record -> the hub's values. Pure."""

from datetime import datetime

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Movement, Record, Sale, text_of

from .config import MercadoPagoConfig
from .forma_pago import forma_pago_of
from .lines import lines_of
from .money_back import chargeback, refund


def to_sale(record: Record, config: MercadoPagoConfig) -> Movement:
    """Map one record that `read` composed.

    Raises:
        DataError: the amounts do not add up, or a value has the wrong form.
    """
    try:
        kind = record["object_kind"]
        foreign = _not_ours(record["payment"] if kind == "sale" else record, config)
        if foreign:
            return Ignored(f"{record['id']}: {foreign}")
        if kind == "refund":
            return refund(record)
        if kind == "chargeback":
            return chargeback(record, config)
        return _sale(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Mercado Pago {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"Mercado Pago {record.get('id')}: not as documented, {told}") from error


def _not_ours(found: Record, config: MercadoPagoConfig) -> str:
    if str(found["collector_id"]) != config.collector_id:
        return f"collected by {found['collector_id']}, this account is {config.collector_id}"
    if bool(found["live_mode"]) != config.live:
        return f"a {_mode(live=not config.live)} payment, this instance takes {_mode(live=config.live)} ones"
    return ""


def _mode(*, live: bool) -> str:
    return "live" if live else "test"


def _sale(record: Record, config: MercadoPagoConfig) -> Sale | Ignored:
    payment = record["payment"]
    if payment.get("operation_type") in config.ignored_operations:
        return Ignored(f"{record['id']}: a {payment['operation_type']} is no sale (ignored_operations)")
    if payment["status"] != "approved" or not payment["date_approved"]:
        return Ignored(f"{record['id']}: payment is {payment['status']}; it becomes a sale once it is approved")
    fields = Fields(record, (payment.get("metadata") or {},), config.fields)
    description = fields.get("description") or text_of(payment.get("description")) or config.description
    lines, total = lines_of(record, config, description)
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(payment["date_approved"]),
        currency=payment["currency_id"],
        total=total,
        lines=lines,
        reference=_reference(fields, payment)[:100] or None,
        forma_pago=forma_pago_of(payment, config.formas_pago),
        buyer=_buyer(fields, payment),
        live=bool(payment["live_mode"]),
    )


def _reference(fields: Fields, payment: Record) -> str:
    return text_of(payment.get("external_reference")) or fields.get("reference")


def _buyer(fields: Fields, payment: Record) -> Buyer:
    payer = payment.get("payer") or {}
    identification = payer.get("identification") or {}
    phone = payer.get("phone") or {}
    email = text_of(payer.get("email"))
    return fields.buyer(
        rfc=text_of(identification.get("number")) if identification.get("type") == "RFC" else "",
        nombre=_name(payer) or _name((payment.get("additional_info") or {}).get("payer") or {}),
        # Mercado Pago masks addresses that it does not want to tell: XXXXXXXXX.
        email=email if "@" in email else "",
        phone=f"{text_of(phone.get('area_code'))}{text_of(phone.get('number'))}",
        # A guest's number and one that the shop gave are no proof of who it is.
        customer_id=text_of(payer.get("id")) if payer.get("type") == "registered" else "",
    )


def _name(person: Record) -> str:
    return f"{text_of(person.get('first_name'))} {text_of(person.get('last_name'))}".strip()
