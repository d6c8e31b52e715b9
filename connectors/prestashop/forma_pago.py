"""PrestaShop's payment module -> SAT's c_FormaPago, and the gateway's own numbers of the payment."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from hub.plugin import Record, text_of

from .amounts import ZERO, number

# PrestaShop does not tell credit from debit, so a card is 04 unless `formas_pago` says otherwise.
# Money that a third party hands on is 31: 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "ps_wirepayment": "03",
        "bankwire": "03",
        "ps_checkpayment": "02",
        "cheque": "02",
        "ps_cashondelivery": "01",
        "cashondelivery": "01",
        "stripe_official": "04",
        "conektaprestashop": "04",
        "ps_checkout": "31",
        "paypal": "31",
        "mercadopago": "31",
    }
)
NO_GATEWAY = frozenset(
    {"ps_wirepayment", "bankwire", "ps_checkpayment", "cheque", "ps_cashondelivery", "cashondelivery"}
)
"""Paid without a gateway: what stands in `transaction_id` was typed by somebody."""
_LONGEST_ORDER_NUMBER = 9


def forma_pago_of(order: Record, overrides: Mapping[str, str]) -> str | None:
    """The code of the order's module; None if it is in neither table."""
    module = text_of(order.get("module"))
    return overrides.get(module) or BUILT_IN.get(module)


def payment_ids(record: Record, total: Decimal) -> tuple[str, ...]:
    """The numbers of the payments, as the gateway writes them.

    Orders that were split share reference and payments: then the payments do not make this order's total, and none of
    them is its name. A short whole number might be the number of another order.
    """
    payments = record["payments"]
    if text_of(record["order"].get("module")) in NO_GATEWAY:
        return ()
    if sum((number(payment, "amount") for payment in payments), ZERO) != total:
        return ()
    found = (text_of(payment.get("transaction_id")) for payment in payments)
    return tuple(dict.fromkeys(one for one in found if one and not _may_be_an_order(one)))


def _may_be_an_order(told: str) -> bool:
    return told.isdecimal() and len(told) <= _LONGEST_ORDER_NUMBER
