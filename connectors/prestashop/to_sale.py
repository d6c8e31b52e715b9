"""A composed record -> the hub's values. Pure."""

from datetime import datetime

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Movement, Record, Refund, Sale, text_of

from .amounts import cents, moment, number
from .config import PrestaShopConfig
from .forma_pago import forma_pago_of, payment_ids
from .lines import lines_of


def to_sale(record: Record, config: PrestaShopConfig) -> Movement:
    """Map one record that `Composer` made.

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
        raise DataError(f"PrestaShop {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"PrestaShop {record.get('id')}: not as documented, {told}") from error


def _sale(record: Record, config: PrestaShopConfig) -> Sale | Ignored:
    order, reference = record["order"], text_of(record["order"]["reference"])
    if record["state"] == "unpaid":
        return Ignored(f"order {reference}: it is not paid; it becomes a sale once it is")
    if record["state"] != "paid":
        raise DataError(
            f"order {reference} was paid, is not valid any more, and no credit slip tells of its money",
            hint="make a credit slip in PrestaShop if the money went back, or put the order into a state that counts",
            field="valid",
        )
    currency = _currency(record)
    total = cents(number(order, "total_paid_tax_incl"), currency)
    if not total:
        return Ignored(f"order {reference}: no money moved")
    fields = Fields({"order": order, "address": record["address"]}, (), config.fields)
    return Sale(
        id=record["id"],
        sold_at=_paid_at(record, config),
        currency=currency,
        total=total,
        lines=lines_of(record, currency, total),
        prices_include_tax=False,
        reference=(fields.get("reference") or reference)[:100] or None,
        aliases=payment_ids(record, total),
        forma_pago=forma_pago_of(order, config.formas_pago),
        buyer=_buyer(record, fields),
        live=not (config.test or text_of(order.get("module")) in config.test_methods),
    )


def _currency(record: Record) -> str:
    currency = record["currency"]
    if not currency:
        raise DataError(
            f"PrestaShop {record['id']}: its order or its currency is gone", hint="invoice it by hand", field="currency"
        )
    return str(currency)


def _paid_at(record: Record, config: PrestaShopConfig) -> datetime:
    """When the last payment came; without one, when PrestaShop made its own invoice, or else the order."""
    order = record["order"]
    paid = [when for payment in record["payments"] if (when := moment(payment["date_add"], config.zone))]
    found = max(paid, default=None) or moment(order.get("invoice_date"), config.zone)
    found = found or moment(order["date_add"], config.zone)
    if found is None:
        raise DataError(f"PrestaShop {record['id']}: it does not say when it was paid", field="date_add")
    return found


def _buyer(record: Record, fields: Fields) -> Buyer:
    """The address of the invoice, with the customer's e-mail.

    The customer's number is left out: guests get one, too, and an account may be made with anybody's e-mail.
    """
    address = record["address"]
    person = f"{text_of(address.get('firstname'))} {text_of(address.get('lastname'))}".strip()
    return fields.buyer(
        rfc=text_of(address.get("vat_number")) or text_of(address.get("dni")),
        nombre=text_of(address.get("company")) or person,
        codigo_postal=text_of(address.get("postcode")),
        email=text_of(record["customer"]["email"]),
        phone=text_of(address.get("phone_mobile")) or text_of(address.get("phone")),
    )


def _refund(record: Record, config: PrestaShopConfig) -> Refund | Ignored:
    slip, currency = record["slip"], _currency(record)
    # `amount` is with tax or without, as the customer's group sees prices; these two always are with it.
    given = number(slip, "total_products_tax_incl") + number(slip, "total_shipping_tax_incl")
    amount = cents(given, currency)
    if not amount:
        return Ignored(f"credit slip {slip['id']}: no money went back")
    refunded_at = moment(slip["date_add"], config.zone)
    if refunded_at is None:
        raise DataError(f"credit slip {slip['id']}: it does not say when it was made", field="date_add")
    return Refund(
        id=record["id"], sale_id=str(slip["id_order"]), refunded_at=refunded_at, currency=currency, amount=amount
    )
