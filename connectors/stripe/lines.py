"""The lines of a sale: from the invoice, else from the Checkout session, else one line for a bare payment."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hub.plugin import DataError, Line, Record, from_minor

from .config import StripeConfig
from .keys import ALIASES, named, text
from .parts import NO_CODES, ZERO, Codes, Part, absorb_credits, in_one_basis
from .places import value_of
from .taxes import taxes_of


def lines_of(record: Record, config: StripeConfig, currency: str, total: Decimal) -> tuple[tuple[Line, ...], bool]:
    """The lines, and whether their prices include tax.

    Raises:
        DataError: the lines do not add up to what was charged.
    """
    parts = absorb_credits([part for part in _parts(record, config, currency) if part.subtotal])
    added = sum([part.total for part in parts], ZERO)
    if added != total:
        raise DataError(
            f"Stripe {record['id']}: the lines add up to {added}, {total} was charged",
            hint="a partial capture, a balance or a rounding of Stripe; key in what was sold with `hub sales add`, then"
            " `hub inbox dismiss` this",
            field="total",
        )
    return in_one_basis(parts)


def _parts(record: Record, config: StripeConfig, currency: str) -> list[Part]:
    invoice, session = record["invoice"], record["session"]
    if invoice is not None:
        _no_credit_note(invoice, currency)
        parts = [_invoice_part(line, record, config, currency) for line in record["lines"]]
        return parts + _shipping(invoice, record, currency)
    if session is not None:
        parts = [_session_part(line, record, config, currency) for line in record["lines"]]
        return parts + _shipping(session, record, currency)
    return _bare(record, config, currency)


def _no_credit_note(invoice: Record, currency: str) -> None:
    credited = from_minor(int(invoice.get("pre_payment_credit_notes_amount") or 0), currency)
    if credited:
        raise DataError(
            f"invoice {invoice['id']} was lowered by {credited} with a credit note before it was paid",
            hint="invoice this one by hand: Stripe does not say which lines were lowered",
            field="total",
        )


def _session_part(line: Record, record: Record, config: StripeConfig, currency: str) -> Part:
    subtotal, discount, tax, total = (
        from_minor(int(line.get(name) or 0), currency)
        for name in ("amount_subtotal", "amount_discount", "amount_tax", "amount_total")
    )
    price = line.get("price") or {}
    return Part(
        description=text(line.get("description")) or config.description,
        quantity=Decimal(line.get("quantity") or 1),
        subtotal=subtotal,
        discount=discount,
        total=total,
        includes_tax=_includes_tax(line, subtotal - discount, tax, total),
        taxes=taxes_of(line.get("taxes") or (), record["tax_rates"], currency),
        codes=_codes(line, price, price.get("product")),
    )


def _includes_tax(found: Record, net: Decimal, tax: Decimal, total: Decimal) -> bool | None:
    if total == net:
        return True if tax else None
    if total == net + tax:
        return False
    raise DataError(f"{found.get('id', 'shipping')}: {net} and tax {tax} do not make {total}", field="amount_total")


def _invoice_part(line: Record, record: Record, config: StripeConfig, currency: str) -> Part:
    taxes = line.get("taxes") or ()
    added = sum([int(tax["amount"]) for tax in taxes if tax["tax_behavior"] == "exclusive"])
    discount = sum([int(each["amount"]) for each in line.get("discount_amounts") or ()])
    amount = int(line["amount"])
    charged = any(int(tax["amount"]) for tax in taxes)
    price_id = ((line.get("pricing") or {}).get("price_details") or {}).get("price")
    price = record["prices"].get(price_id) or {}
    return Part(
        description=text(line.get("description")) or config.description,
        quantity=Decimal(str(line.get("quantity_decimal") or line.get("quantity") or 1)),
        subtotal=from_minor(amount, currency),
        discount=from_minor(discount, currency),
        total=from_minor(amount - discount + added, currency),
        includes_tax=not added if charged else None,
        taxes=taxes_of(taxes, record["tax_rates"], currency),
        codes=_codes(line, price, price.get("product")),
    )


def _codes(*owners: Any) -> Codes:
    """From the metadata of line, price and product, whichever has them first."""
    places: list[Mapping[str, Any]] = [
        metadata for owner in owners if isinstance(owner, dict) and (metadata := owner.get("metadata"))
    ]
    if not places:
        return NO_CODES
    return Codes(*(_in_any(places, ALIASES[code]) for code in ("sku", "clave_prod_serv", "clave_unidad", "objeto_imp")))


def _in_any(places: Iterable[Mapping[str, Any]], names: Iterable[str]) -> str | None:
    return next((value for place in places if (value := named(place, names))), None)


def _shipping(found: Record, record: Record, currency: str) -> list[Part]:
    cost = found.get("shipping_cost")
    if not cost:
        return []
    subtotal, tax, total = (
        from_minor(int(cost.get(name) or 0), currency) for name in ("amount_subtotal", "amount_tax", "amount_total")
    )
    taxes = taxes_of(cost.get("taxes") or _stated(cost, tax), record["tax_rates"], currency)
    return [
        Part("Envío", Decimal(1), subtotal, ZERO, total, _includes_tax(cost, subtotal, tax, total), taxes, "shipping")
    ]


def _stated(cost: Record, tax: Decimal) -> list[Record]:
    # Stripe gives one tax amount for the shipping; no tax there means unknown, not zero.
    return [{"amount": cost["amount_tax"], "taxable_amount": cost["amount_total"] - cost["amount_tax"]}] if tax else []


def _bare(record: Record, config: StripeConfig, currency: str) -> list[Part]:
    intent, charge = record["payment_intent"] or {}, record["charge"] or {}
    received = intent["amount_received"] if intent else charge["amount_captured"]
    tip = int(((intent.get("amount_details") or {}).get("tip") or {}).get("amount") or 0)
    told = (value_of(record, config, "description"), text(intent.get("description")), text(charge.get("description")))
    description = next((found for found in told if found), config.description)
    parts = [_one(description, int(received) - tip, currency)]
    return [*parts, _one("Propina", tip, currency)._replace(kind="tip")] if tip else parts


def _one(description: str, amount: int, currency: str) -> Part:
    total = from_minor(amount, currency)
    return Part(description, Decimal(1), total, ZERO, total, includes_tax=None)
