"""A composed record -> the hub's values. Pure."""

from datetime import UTC, datetime

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Movement, Record, Refund, Sale, exponent_of, rounded, text_of

from .config import MagentoConfig
from .lines import lines_of, number
from .payment import forma_pago_of, payment_ids

REFUNDED, CANCELLED = 2, 3


def to_sale(record: Record, config: MagentoConfig) -> Movement:
    """Map one record that `compose` made.

    Raises:
        DataError: the amounts do not add up, a tax is not a Mexican one, a value has the wrong form.
    """
    try:
        if record["object_kind"] == "refund":
            return _refund(record["memo"], record["id"])
        return _sale(record, config)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Magento {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"Magento {record.get('id')}: not as documented, {told}") from error


def _sale(record: Record, config: MagentoConfig) -> Sale | Ignored:
    order, named = record["order"], f"order {record['order']['increment_id']}"
    if record["state"] == "part":
        raise DataError(
            f"{named} was paid in part, and the rest of it was cancelled",
            hint="invoice by hand what was paid",
            field="total_paid",
        )
    if record["state"] != "paid":
        return Ignored(f"{named}: it is not paid in full; it becomes a sale once it is")
    currency = order["order_currency_code"]
    if order["grand_total"] is None:
        raise DataError(f"{named}: grand_total is missing", field="grand_total")
    total = rounded(number(order, "grand_total"), exponent_of(currency))
    if not total:
        return Ignored(f"{named}: no money moved")
    fields = _fields(record, config)
    method = text_of(record["method"])
    return Sale(
        id=record["id"],
        sold_at=_moment(record["paid_at"] or order["created_at"]),
        currency=currency,
        total=total,
        lines=lines_of(record, currency, total),
        prices_include_tax=False,
        reference=((fields.get("reference") if "reference" in config.fields else "") or text_of(order["increment_id"]))[
            :100
        ],
        aliases=payment_ids(record),
        forma_pago=forma_pago_of(method, config.formas_pago),
        buyer=_buyer(order, fields),
        live=not (config.test or method in config.test_methods),
    )


def _fields(record: Record, config: MagentoConfig) -> Fields:
    order = record["order"]
    billing = order["billing_address"] or {}
    return Fields(
        {"order": order}, (order["extension_attributes"], billing.get("extension_attributes") or {}), config.fields
    )


def _buyer(order: Record, fields: Fields) -> Buyer:
    """The billing address and the account's tax number.

    The customer's number is left out: an account may be made with anybody's e-mail.
    """
    billing = order["billing_address"] or {}
    person = f"{text_of(order['customer_firstname'])} {text_of(order['customer_lastname'])}".strip()
    billed = f"{text_of(billing.get('firstname'))} {text_of(billing.get('lastname'))}".strip()
    return fields.buyer(
        rfc=text_of(billing.get("vat_id")) or text_of(order["customer_taxvat"]),
        nombre=text_of(billing.get("company")) or billed or person,
        codigo_postal=text_of(billing.get("postcode")),
        email=text_of(order["customer_email"]) or text_of(billing.get("email")),
        phone=text_of(billing.get("telephone")),
        country=text_of(billing.get("country_id")),
    )


def _refund(memo: Record, identifier: str) -> Refund | Ignored:
    named, currency = f"credit memo {memo['increment_id']}", memo["order_currency_code"]
    if memo["state"] not in {REFUNDED, CANCELLED}:
        return Ignored(f"{named} is not refunded yet")
    if memo["grand_total"] is None:
        raise DataError(f"{named}: grand_total is missing", field="grand_total")
    amount = rounded(number(memo, "grand_total"), exponent_of(currency))
    if not amount:
        return Ignored(f"{named}: no money went back")
    return Refund(
        id=identifier,
        sale_id=str(memo["order_id"]),
        refunded_at=_moment(memo["created_at"]),
        currency=currency,
        amount=amount,
        status="succeeded" if memo["state"] == REFUNDED else "reversed",
    )


def _moment(written: str) -> datetime:
    """Magento writes UTC without saying so."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
