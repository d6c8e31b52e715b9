"""Puts the objects of one movement of money into one record."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Record

from .api import StripeApi
from .writing import KEYS

# What changes without changing the sale (refunds have records of their own), and what is nobody's business.
VOLATILE = frozenset(
    {
        "amount_refunded",
        "balance_transaction",
        "client_secret",
        "disputed",
        "fraud_details",
        "hosted_invoice_url",
        "invoice_pdf",
        "last_payment_error",
        "next_action",
        "outcome",
        "payment_method_configuration_details",
        "post_payment_credit_notes_amount",
        "receipt_url",
        "refunded",
        "refunds",
        "url",
    }
)


def compose(
    api: StripeApi,
    key: str,
    *,
    intent: Record | None = None,
    charge: Record | None = None,
    session: Record | None = None,
    invoice: Record | None = None,
    payments: Iterable[Record] = (),
) -> Record:
    """One sale's record; `key` is its movement key without the account."""
    charge = charge or _expanded(intent)
    lines = _lines(api, session, invoice)
    return {
        "object_kind": "sale",
        "id": key,
        "account": api.account,
        "payment_intent": _stable(intent),
        "charge": _stable(charge),
        "session": _stable(session),
        "invoice": _stable(invoice),
        "invoice_payments": list(payments),
        "lines": lines,
        "prices": _each(api, "prices", _price_ids(lines), **{"expand[0]": "product"}),
        "tax_rates": _each(api, "tax_rates", _tax_rate_ids(lines, invoice)),
        "customer": _customer(api, invoice, session, intent, charge),
    }


def _expanded(intent: Record | None) -> Record | None:
    charge = (intent or {}).get("latest_charge")
    return charge if isinstance(charge, dict) else None


def _stable(found: Record | None) -> Record | None:
    if found is None:
        return None
    kept = {name: value for name, value in found.items() if name not in VOLATILE}
    if kept.get("metadata"):
        kept["metadata"] = {name: value for name, value in kept["metadata"].items() if name not in KEYS}
    # The charge and the lines have places of their own in the record.
    charge = kept.get("latest_charge")
    if isinstance(charge, dict):
        kept["latest_charge"] = charge["id"]
    kept.pop("lines", None)
    return kept


def _lines(api: StripeApi, session: Record | None, invoice: Record | None) -> list[Record]:
    if invoice is not None:
        lines = invoice["lines"]
        complete: list[Record] = lines["data"]
        return list(api.listed(f"/v1/invoices/{invoice['id']}/lines", {})) if lines["has_more"] else complete
    if session is not None:
        expand = {"expand[0]": "data.taxes", "expand[1]": "data.price.product"}
        return list(api.listed(f"/v1/checkout/sessions/{session['id']}/line_items", expand))
    return []


def _price_ids(lines: Iterable[Record]) -> list[str]:
    details = [((line.get("pricing") or {}).get("price_details") or {}).get("price") for line in lines]
    return sorted({price for price in details if isinstance(price, str)})


def _tax_rate_ids(lines: Iterable[Record], invoice: Record | None) -> list[str]:
    shipping = ((invoice or {}).get("shipping_cost") or {}).get("taxes") or []
    taxes: list[dict[str, Any]] = [tax for line in lines for tax in line.get("taxes") or []] + shipping
    ids = {(tax.get("tax_rate_details") or {}).get("tax_rate") for tax in taxes}
    return sorted(rate for rate in ids if isinstance(rate, str))


def _each(api: StripeApi, resource: str, ids: Iterable[str], **params: str) -> dict[str, Record]:
    found = {each: api.retrieve(f"/v1/{resource}/{each}", **params) for each in ids}
    return {each: value for each, value in found.items() if value is not None}


def _customer(api: StripeApi, *objects: Record | None) -> Record | None:
    ids = [found["customer"] for found in objects if found and found.get("customer")]
    customer = api.retrieve(f"/v1/customers/{ids[0]}", **{"expand[0]": "tax_ids"}) if ids else None
    return None if customer is None or customer.get("deleted") else customer
