"""A composed record -> the hub's values. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from hub.plugin import Buyer, DataError, Fields, Ignored, Line, Movement, Record, Sale, text_of

from .config import ConektaConfig
from .forma_pago import forma_pago_of
from .lines import centavos, lines_of
from .money_back import chargeback, refund


def to_sale(record: Record, config: ConektaConfig) -> Movement:
    """Map one record that `compose` made, or a charge without an order.

    Raises:
        DataError: the amounts do not add up, a tax is not IVA, a value has the wrong form.
    """
    try:
        return _mapped(record, config)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"Conekta {record['id']}: {where} {first['msg']}", field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise DataError(f"Conekta {record.get('id')}: not as documented, {type(error).__name__}: {error}") from error


def _mapped(record: Record, config: ConektaConfig) -> Movement:
    kind = record["object_kind"]
    live = bool((record["order"] if kind == "sale" else record)["livemode"])
    if live != config.live_mode:
        return Ignored(f"{record['id']}: {'live' if live else 'test'} money, live_mode is set to {config.live_mode}")
    if kind == "refund":
        return refund(record)
    if kind == "chargeback":
        return chargeback(record, config)
    return _charge(record, config) if kind == "charge" else _sale(record, config)


def _sale(record: Record, config: ConektaConfig) -> Sale | Ignored:
    order, charges = record["order"], record["charges"]
    if not charges:
        return Ignored(f"{record['id']}: order is {record['payment_status']}; it becomes a sale once it is paid")
    currency = order["currency"]
    total = centavos(order["amount"], currency, "amount")
    paid = sum((centavos(charge["amount"], currency, "charges.amount") for charge in charges), Decimal(0))
    if paid != total:
        raise DataError(
            f"Conekta {record['id']}: the order is of {total}, its charges took {paid}",
            hint="paid in part; it is read again when the rest is paid",
            field="charges",
        )
    lines, prices_include_tax = lines_of(record, total)
    fiscal = order.get("fiscal_entity") or (record["customer"] or {}).get("fiscal_entity") or {}
    fields = Fields(record, (fiscal.get("metadata") or {}, order.get("metadata") or {}), config.fields)
    return Sale(
        id=record["id"],
        sold_at=datetime.fromtimestamp(max(int(charge["paid_at"]) for charge in charges), UTC),
        currency=currency,
        total=total,
        lines=lines,
        prices_include_tax=prices_include_tax,
        reference=fields.get("reference")[:100] or None,
        aliases=tuple(str(charge["id"]) for charge in charges),
        forma_pago=forma_pago_of(charges, config.formas_pago),
        buyer=_buyer(fields, fiscal, order.get("customer_info") or {}),
        live=bool(order["livemode"]),
    )


def _charge(record: Record, config: ConektaConfig) -> Sale:
    """A charge that no order belongs to: one line, its taxes unknown."""
    charge = record["charge"]
    total = centavos(charge["amount"], charge["currency"], "amount")
    fields = Fields(record, (charge.get("metadata") or {},), config.fields)
    told = fields.get("description") or text_of(charge.get("description")) or config.description
    return Sale(
        id=record["id"],
        sold_at=datetime.fromtimestamp(int(charge["paid_at"]), UTC),
        currency=charge["currency"],
        total=total,
        lines=(Line(description=told[:1000], unit_price=total, total=total),),
        reference=(fields.get("reference") or text_of(charge.get("reference_id")))[:100] or None,
        forma_pago=forma_pago_of([charge], config.formas_pago),
        buyer=fields.buyer(customer_id=text_of(charge.get("customer_id"))),
        live=record["livemode"],
    )


def _buyer(fields: Fields, fiscal: Mapping[str, Any], customer: Mapping[str, Any]) -> Buyer:
    address = fiscal.get("address") or {}
    return fields.buyer(
        rfc=text_of(fiscal.get("tax_id")),
        nombre=text_of(fiscal.get("name")) or text_of(customer.get("name")),
        # The fiscal entity's address only: where a parcel went says nothing about a domicilio fiscal.
        codigo_postal=text_of(address.get("postal_code")),
        email=text_of(fiscal.get("email")) or text_of(customer.get("email")),
        phone=text_of(fiscal.get("phone")) or text_of(customer.get("phone")),
        country=text_of(address.get("country")).upper(),
        customer_id=text_of(customer.get("customer_id")),
    )
