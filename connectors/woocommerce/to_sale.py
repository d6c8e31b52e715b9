"""A composed record -> the hub's values. Pure."""

from datetime import UTC, datetime

from pydantic import ValidationError

from hub.plugin import DataError, Ignored, Movement, Record, Refund, Sale, exact_amount, text_of

from .buyer import buyer_of, fields_of
from .config import WooCommerceConfig
from .lines import lines_of
from .payment import forma_pago_of, is_test, payment_ids


def to_sale(record: Record, config: WooCommerceConfig) -> Movement:
    """Map one record that `compose` made.

    Raises:
        DataError: the amounts do not add up, a tax is not a Mexican one, a value has the wrong form.
    """
    try:
        if record["object_kind"] == "refund":
            return _refund(record, config)
        return _sale(record, config)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"WooCommerce {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"WooCommerce {record.get('id')}: not as documented, {told}") from error


def _sale(record: Record, config: WooCommerceConfig) -> Sale | Ignored:
    order, meta = record["order"], record["meta"]
    test = is_test(meta)
    if unfit := _unfit(record, config, test=test):
        return Ignored(f"order {order['number']}: {unfit}")
    currency = order["currency"]
    total = exact_amount(order["total"], currency, "total")
    if not total:
        return Ignored(f"order {order['number']}: no money moved")
    own = fields_of(record, config).get("reference") if "reference" in config.fields else ""
    return Sale(
        id=record["id"],
        sold_at=_moment(order["date_paid_gmt"]),
        currency=currency,
        total=total,
        lines=lines_of(order, currency, total),
        prices_include_tax=False,
        reference=(own or text_of(order["number"]))[:100] or None,
        aliases=payment_ids(order, meta, config.payment_ids),
        forma_pago=forma_pago_of(order, config.formas_pago),
        buyer=buyer_of(record, config),
        live=not test,
    )


def _unfit(record: Record, config: WooCommerceConfig, *, test: bool) -> str:
    """Why an order is no sale; empty if it is one.

    Raises:
        DataError: it was paid, and a person must say what it is now.
    """
    order, status = record["order"], record["status"]
    if test == config.live_mode:
        return f"a {'test' if test else 'real'} payment; live_mode is {str(config.live_mode).lower()}"
    if not order["date_paid_gmt"]:
        return f"it is {status} and not paid; it becomes a sale once it is"
    if status in {"cancelled", "trash"}:
        where = "moved to the trash" if status == "trash" else "cancelled"
        raise DataError(
            f"order {order['number']} was paid, then {where}, and no refund tells of its money",
            hint="refund it in WooCommerce or restore it; if it was invoiced, cancel that by hand",
            field="status",
        )
    if status != "paid":
        return f"it is {status}, which is not among paid_statuses"
    if order.get("parent_id"):
        raise DataError(
            f"order {order['number']} is a part of order {order['parent_id']}; both may tell of the same money",
            hint="invoice by hand the one that the buyer paid",
            field="parent_id",
        )
    return ""


def _refund(record: Record, config: WooCommerceConfig) -> Refund | Ignored:
    found, named = record["refund"], f"refund {record['id']} of order {record['order_id']}"
    if record["test"] == config.live_mode:
        return Ignored(f"{named}: of a {'test' if record['test'] else 'real'} payment")
    amount = exact_amount(found["amount"], record["currency"], "amount")
    if not amount:
        return Ignored(f"{named}: no money went back, goods only")
    return Refund(
        id=record["id"],
        sale_id=record["order_id"],
        refunded_at=_moment(found["date_created_gmt"]),
        currency=record["currency"],
        amount=amount,
        reason=text_of(found["reason"])[:500],
    )


def _moment(written: str) -> datetime:
    """WooCommerce writes UTC without saying so."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
