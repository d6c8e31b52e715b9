"""A stateful PrestaShop for tests and demonstrations: orders, payments, credit slips, vouchers, the web service.

shop = FakePrestaShop()
order = shop.sell([Item("Cuaderno", "58.00", quantity=2)])
with shop.serving() as url: ...          # or httpx.MockTransport(shop.handle)
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import rounded

from .testing_rest import Json, Rest


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Item:
    """What is sold: its price with tax, and the rate in it."""

    name: str
    price: str
    quantity: int = 1
    rate: str = "0.16"
    sku: str = ""


class FakePrestaShop(Rest):
    """PrestaShop as far as this connector reads it.

    Args:
        webservice_key: the only key that it accepts.
        time_zone: of the shop; all times are written in it.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        webservice_key: str = "FAKEWSKEY",
        time_zone: str = "America/Mexico_City",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(webservice_key)
        self.zone = ZoneInfo(time_zone)
        self.clock = clock
        self._numbers = itertools.count(1001)
        self.put("currencies", {"id": 1, "iso_code": "MXN"})
        self.put("order_states", {"id": 2, "paid": "1"}, {"id": 10, "paid": "0"}, {"id": 6, "paid": "0"})
        self.put("customers", {"id": 12, "email": "ana@correo.example"})
        self.put("addresses", {"id": 31, "firstname": "Ana", "lastname": "Pérez", "postcode": "86991"})

    # ---- what happens in the shop

    def put(self, resource: str, *records: Json) -> None:
        """Add or replace records as they are."""
        for record in records:
            self.places[resource][str(record["id"])] = record

    def sell(self, items: Sequence[Item], **fields: Any) -> Json:
        """An order that is paid at once; see `order`."""
        return self.pay(self.order(items, **fields))

    def order(
        self,
        items: Sequence[Item],
        *,
        shipping: str = "0",
        wrapping: str = "0",
        voucher: str = "0",
        free_shipping: bool = False,
        **fields: Any,
    ) -> Json:
        """An order that waits for its payment; `voucher` takes so much, with tax, off the goods."""
        number = next(self._numbers)
        rows = [_row(place, item) for place, item in enumerate(items, 1)]
        gross = sum((Decimal(item.price) * item.quantity for item in items), Decimal(0))
        net = sum((_net(Decimal(item.price), item.rate) * item.quantity for item in items), Decimal(0))
        less = Decimal(voucher)
        net_less = rounded(net * less / gross, 6) if gross else Decimal(0)
        if free_shipping:
            less, net_less = less + Decimal(shipping), net_less + _net(Decimal(shipping), "0.16")
        order = {
            "id": number,
            "id_address_invoice": "31",
            "id_currency": "1",
            "id_customer": "12",
            "current_state": "10",
            "module": "stripe_official",
            "invoice_date": "0000-00-00 00:00:00",
            "valid": "0",
            "date_add": self._time(),
            "date_upd": self._time(),
            "secure_key": "key-of-the-order",
            "total_paid_real": "0.000000",
            **_amounts("total_discounts", less, net_less),
            **_amounts("total_shipping", Decimal(shipping), _net(Decimal(shipping), "0.16")),
            **_amounts("total_wrapping", Decimal(wrapping), _net(Decimal(wrapping), "0.16")),
            "total_paid_tax_incl": _fine(gross - less + Decimal(shipping) + Decimal(wrapping)),
            "reference": f"REF{number:06d}",
            "associations": {"order_rows": rows},
            **fields,
        }
        if less:
            rule = {"id": number, "id_order": str(number), "free_shipping": str(int(free_shipping))}
            self.put("order_cart_rules", rule)
        self.put("orders", order)
        return order

    def pay(self, order: Json, transaction_id: str = "") -> Json:
        """The money came."""
        number = next(self._numbers)
        payment = {
            "id": number,
            "order_reference": order["reference"],
            "amount": order["total_paid_tax_incl"],
            "payment_method": "Tarjeta",
            "transaction_id": transaction_id or f"pi_fake{number}",
            "date_add": self._time(),
        }
        self.put("order_payments", payment)
        order["total_paid_real"] = order["total_paid_tax_incl"]
        return self.becomes(order, state=2, valid=True)

    def becomes(self, order: Json, *, state: int, valid: bool) -> Json:
        """Another state of an order."""
        order.update(current_state=str(state), valid=str(int(valid)), date_upd=self._time())
        return order

    def refund(self, order: Json, amount: str, shipping: str = "0") -> Json:
        """A credit slip; the order itself does not change."""
        slip = {
            "id": next(self._numbers),
            "id_order": str(order["id"]),
            **_amounts("total_products", Decimal(amount), _net(Decimal(amount), "0.16")),
            **_amounts("total_shipping", Decimal(shipping), _net(Decimal(shipping), "0.16")),
            "amount": _fine(Decimal(amount)),
            "date_add": self._time(),
            "date_upd": self._time(),
        }
        self.put("order_slip", slip)
        return slip

    def _time(self) -> str:
        return self.clock().astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def _row(place: int, item: Item) -> Json:
    return {
        "id": str(place),
        "product_quantity": str(item.quantity),
        "product_name": item.name,
        "product_reference": item.sku,
        "unit_price_tax_incl": _fine(Decimal(item.price)),
        "unit_price_tax_excl": _fine(_net(Decimal(item.price), item.rate)),
    }


def _net(gross: Decimal, rate: str) -> Decimal:
    return rounded(gross / (1 + Decimal(rate)), 6)


def _fine(amount: Decimal) -> str:
    return str(rounded(amount, 6))


def _amounts(name: str, gross: Decimal, net: Decimal) -> Json:
    return {f"{name}_tax_incl": _fine(gross), f"{name}_tax_excl": _fine(net)}


__all__: Sequence[str] = ("FakePrestaShop", "Item")
