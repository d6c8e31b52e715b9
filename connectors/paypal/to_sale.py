"""A composed record -> the hub's values. Pure."""

from datetime import datetime

from pydantic import ValidationError

from hub.plugin import DataError, Fields, Ignored, Line, Movement, Record, Sale, exact_amount, text_of

from .buyer import name_of, typed_in
from .config import PayPalConfig
from .forma_pago import forma_pago_of
from .lines import lines_of
from .money_back import dispute, refund, transaction_refund


def to_sale(record: Record, config: PayPalConfig) -> Movement:
    """Map one record that `read` or `pages` composed.

    Raises:
        DataError: the amounts do not add up, or a value has the wrong form.
    """
    try:
        match record["object_kind"]:
            case "refund":
                return refund(record)
            case "dispute":
                return dispute(record, config)
            case "sale":
                return _subscription(record, config)
            case "transaction":
                return _transaction(record, config)
            case _:
                return _capture(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"PayPal {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(f"PayPal {record.get('id')}: not as documented, {type(error).__name__}: {error}") from error


def _capture(record: Record, config: PayPalConfig) -> Sale | Ignored:
    capture, unit, payer = record["capture"], record["unit"] or {}, record["payer"] or {}
    if capture["status"] != "COMPLETED":
        return Ignored(f"{record['id']}: capture is {capture['status']}; it becomes a sale once it is completed")
    currency = capture["amount"]["currency_code"]
    total = exact_amount(capture["amount"]["value"], currency, "amount")
    custom = capture.get("custom_id") or unit.get("custom_id")
    fields = Fields(record, (typed_in(custom),), config.fields)
    description = fields.get("description") or text_of(unit.get("description")) or config.description
    lines = lines_of(record, total, currency, description, config)
    reference = capture.get("invoice_id") or unit.get("invoice_id")
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(capture["create_time"]),
        currency=currency,
        total=total,
        lines=lines,
        prices_include_tax=all(line.taxes is None for line in lines),
        reference=(text_of(reference) or fields.get("reference"))[:100] or None,
        forma_pago=forma_pago_of(record["payment_source"], config.formas_pago),
        buyer=fields.buyer(
            nombre=name_of(payer),
            email=text_of(payer.get("email_address")),
            country=text_of((payer.get("address") or {}).get("country_code")),
            # Whoever paid with a PayPal account logged in to it; a card says nothing of the kind.
            customer_id=text_of(payer.get("payer_id")) if "paypal" in (record["payment_source"] or {}) else "",
        ),
        live=not config.sandbox,
    )


def _subscription(record: Record, config: PayPalConfig) -> Sale | Ignored:
    sale = record["sale"]
    if sale["state"] != "completed":
        return Ignored(f"{record['id']}: payment is {sale['state']}; it becomes a sale once it is completed")
    currency = sale["amount"]["currency"]
    total = exact_amount(sale["amount"]["total"], currency, "amount.total")
    fields = Fields(record, (typed_in(sale.get("custom")),), config.fields)
    description = fields.get("description") or text_of(sale.get("description")) or config.description
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(sale["create_time"]),
        currency=currency,
        total=total,
        lines=(Line(description=description[:1000], unit_price=total, total=total),),
        reference=(text_of(sale.get("invoice_number")) or fields.get("reference"))[:100] or None,
        forma_pago=forma_pago_of(None, config.formas_pago),
        buyer=fields.buyer(),
        live=not config.sandbox,
    )


def _transaction(record: Record, config: PayPalConfig) -> Movement:
    told = record["transaction"]
    info, payer, cart = told["transaction_info"], told["payer_info"] or {}, told["cart_info"] or {}
    currency = info["transaction_amount"]["currency_code"]
    total = exact_amount(info["transaction_amount"]["value"], currency, "transaction_amount")
    if total < 0:
        return transaction_refund(info)
    # V: given back later, which is a transaction of its own.
    if info["transaction_status"] not in {"S", "V"}:
        return Ignored(f"{record['id']}: transaction has status {info['transaction_status']}, no money came yet")
    fields = Fields(record, (typed_in(info.get("custom_field")),), config.fields)
    items = cart.get("item_details") or []
    item = text_of(items[0].get("item_name")) if len(items) == 1 else ""
    description = fields.get("description") or item or config.description
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(info["transaction_initiation_date"]),
        currency=currency,
        total=total,
        lines=(Line(description=description[:1000], unit_price=total, total=total),),
        reference=(text_of(info.get("invoice_id")) or fields.get("reference"))[:100] or None,
        forma_pago=forma_pago_of(None, config.formas_pago),
        buyer=fields.buyer(
            nombre=text_of((payer.get("payer_name") or {}).get("alternate_full_name")),
            email=text_of(payer.get("email_address")),
            country=text_of(payer.get("country_code")),
        ),
        live=not config.sandbox,
    )
