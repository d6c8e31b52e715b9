"""What was sent -> the hub's values. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from hub.plugin import (
    DataError,
    Fields,
    Line,
    Movement,
    Record,
    Refund,
    Sale,
    Tax,
    exact_amount,
    exponent_of,
    rounded,
    text_of,
)

from .config import RetryPayConfig

SALE, REFUND = "sale.paid", "refund.created"
FORMAS_PAGO: Mapping[str, str] = {"cash": "01", "transfer": "03", "card.credit": "04", "card.debit": "28"}
HINT = "correct it in the system that sends it, and let it send the event again under a new webhook-id"


def to_sale(record: Record, config: RetryPayConfig) -> Movement:
    """Map one event.

    Raises:
        DataError: the amounts do not add up, or a value is missing or has the wrong form.
    """
    try:
        return _refund(record) if record["object_kind"] == REFUND else _sale(record, config)
    except DataError as error:
        raise DataError(f"{record['id']}: {error}", hint=HINT, field=error.field) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{record['id']}: {where} {first['msg']}", hint=HINT, field=where) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"{record.get('id')}: not as the README says, {told}", hint=HINT) from error


def _sale(record: Record, config: RetryPayConfig) -> Sale:
    data = record["data"]
    currency = data["currency"]
    included = data.get("prices_include_tax", True)
    if not isinstance(included, bool):
        raise DataError(f"prices_include_tax is {included!r}, neither true nor false", field="prices_include_tax")
    buyer = data.get("buyer") or {}
    return Sale(
        id=record["id"],
        sold_at=datetime.fromisoformat(data["occurred_at"]),
        currency=currency,
        total=exact_amount(data["total"], currency, "total"),
        lines=tuple(_line(line, currency, included=included) for line in data["lines"]),
        prices_include_tax=included,
        reference=(text_of(data.get("reference")) or record["id"])[:100],
        forma_pago=_forma_pago(data.get("payments") or [], currency, config),
        buyer=Fields(data, (buyer,)).buyer(
            nombre=text_of(buyer.get("name")), email=text_of(buyer.get("email")), phone=text_of(buyer.get("phone"))
        ),
        live=not config.test,
    )


def _line(line: Mapping[str, Any], currency: str, *, included: bool) -> Line:
    quantity, price = _number(line, "quantity"), _number(line, "unit_price")
    discount = exact_amount(line.get("discount", 0), currency, "discount")
    taxes = None if line.get("taxes") is None else tuple(_tax(tax, currency) for tax in line["taxes"])
    if quantity <= 0 or price < 0 or discount < 0:
        raise DataError("a line has no quantity, or less than nothing of something", field="lines")
    total = rounded(quantity * price, exponent_of(currency)) - discount
    if not included:
        total += sum((_signed(tax) for tax in taxes or ()), Decimal(0))
    codes = {name: text_of(line.get(name)) or None for name in ("sku", "clave_prod_serv", "clave_unidad", "objeto_imp")}
    return Line(
        description=text_of(line["description"])[:1000],
        quantity=quantity,
        unit_price=price,
        discount=discount,
        total=total,
        taxes=taxes,
        kind=line.get("kind", "product"),
        **codes,
    )


def _tax(tax: Mapping[str, Any], currency: str) -> Tax:
    exempt = tax.get("factor") == "Exento"
    return Tax(
        tax=tax["type"],
        factor=tax.get("factor", "Tasa"),
        rate=None if exempt else _number(tax, "rate"),
        withheld=tax.get("withheld", False),
        amount=None if exempt else exact_amount(tax["amount"], currency, "taxes.amount"),
    )


def _signed(tax: Tax) -> Decimal:
    amount = tax.amount or Decimal(0)
    return -amount if tax.withheld else amount


def _forma_pago(payments: list[Mapping[str, Any]], currency: str, config: RetryPayConfig) -> str | None:
    # Of several payments the largest counts.
    largest = max(payments, key=lambda one: exact_amount(one["amount"], currency, "payments.amount"), default={})
    method = text_of(largest.get("method"))
    exact = f"{method}.{text_of(largest.get('card_funding'))}"
    if code := text_of(largest.get("forma_pago")):
        return code
    tables = (config.formas_pago, FORMAS_PAGO)
    return next((found for table in tables if (found := table.get(exact) or table.get(method))), None)


def _refund(record: Record) -> Refund:
    data = record["data"]
    currency = data["currency"]
    amount = exact_amount(data["amount"], currency, "amount")
    if amount <= 0:
        raise DataError(f"a refund of {amount} gives nothing back; write amounts without a sign", field="amount")
    return Refund(
        id=record["id"],
        sale_id=text_of(data["sale_external_id"]),
        refunded_at=datetime.fromisoformat(data["occurred_at"]),
        currency=currency,
        amount=amount,
        reason=text_of(data.get("reason")),
    )


def _number(place: Mapping[str, Any], name: str) -> Decimal:
    value = place[name]
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
            if number.is_finite() and abs(number) < 10**12 and number == rounded(number, 6):
                return number
        except InvalidOperation:
            pass
    raise DataError(f"{name} is {value!r}, not a number with up to six decimals", field=name)
