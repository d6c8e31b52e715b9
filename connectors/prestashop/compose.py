"""Puts what the web service tells of an order in several places into one record."""

from decimal import Decimal, InvalidOperation
from typing import Any

from hub.plugin import Http, Record

from .api import listed, one

# What changes without changing the sale, and what opens the order to anybody who has it.
LEFT_OUT = frozenset(
    {
        "current_state",
        "date_upd",
        "delivery_date",
        "delivery_number",
        "note",
        "secure_key",
        "shipping_number",
        "total_paid_real",
        "valid",
    }
)
CHANGES_OF_ADDRESS = frozenset({"date_add", "date_upd", "deleted"})
OF_PAYMENT = ("amount", "payment_method", "transaction_id", "card_brand", "date_add")


class Composer:
    """Reads what belongs to orders; currencies and states are asked for once."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._known: dict[tuple[str, str], Record] = {}

    def order(self, order: Record) -> Record:
        """An order with its buyer, its payments and its currency."""
        order_id, reference = str(order.get("id")), str(order.get("reference") or "")
        address = one(self._http, "addresses", order.get("id_address_invoice")) or {}
        customer = one(self._http, "customers", order.get("id_customer")) or {}
        found = self._of("order_payments", "order_reference", reference) if reference else []
        return {
            "object_kind": "sale",
            "id": order_id,
            "state": self._state(order, order_id),
            "order": {name: value for name, value in order.items() if name not in LEFT_OUT},
            "currency": self._currency(order),
            "address": {name: value for name, value in address.items() if name not in CHANGES_OF_ADDRESS},
            "customer": {"email": customer.get("email")},
            "payments": [{name: payment.get(name) for name in OF_PAYMENT} for payment in found],
            "free_shipping": self._free_shipping(order, order_id),
        }

    def slip(self, slip: Record) -> Record:
        """A credit slip with the currency of its order."""
        order = one(self._http, "orders", slip.get("id_order")) or {}
        return {
            "object_kind": "refund",
            "id": f"slip-{slip.get('id')}",
            "slip": slip,
            "currency": self._currency(order) if order else None,
        }

    def _of(self, resource: str, field: str, value: str) -> list[Record]:
        return listed(self._http, resource, {f"filter[{field}]": f"[{value}]", "sort": "[id_ASC]"})

    def _state(self, order: Record, order_id: str) -> str:
        """`paid`, `unpaid`, or `taken back`: money came, and the order is not valid any more."""
        total, real = _amount(order, "total_paid_tax_incl"), _amount(order, "total_paid_real")
        settled = real > 0 and real >= total
        if str(order.get("valid")) == "1":
            return "paid" if settled or self._state_is_paid(order) else "unpaid"
        if not settled:
            return "unpaid"
        # After a credit slip it is the slip that tells of the money back.
        return "paid" if self._of("order_slip", "id_order", order_id) else "taken back"

    def _state_is_paid(self, order: Record) -> bool:
        return str(self._once("order_states", order.get("current_state")).get("paid")) == "1"

    def _currency(self, order: Record) -> str | None:
        return self._once("currencies", order.get("id_currency")).get("iso_code")

    def _free_shipping(self, order: Record, order_id: str) -> bool:
        if not _amount(order, "total_discounts_tax_incl"):
            return False
        rules = self._of("order_cart_rules", "id_order", order_id)
        return any(str(rule.get("free_shipping")) == "1" for rule in rules)

    def _once(self, resource: str, identifier: Any) -> Record:
        key = resource, str(identifier)
        if key not in self._known:
            self._known[key] = one(self._http, resource, identifier) or {}
        return self._known[key]


def _amount(order: Record, name: str) -> Decimal:
    # What is no number is refused when the record is mapped, and stops no other.
    try:
        return Decimal(str(order.get(name)))
    except InvalidOperation:
        return Decimal(0)
