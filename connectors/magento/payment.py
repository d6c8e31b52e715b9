"""Magento's payment method -> SAT's c_FormaPago, and the gateway's own numbers of the payment."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from hub.plugin import Record, text_of

# Magento does not tell credit from debit, so a card is 04 unless `formas_pago` says otherwise.
# Money that a third party hands on is 31: 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "checkmo": "02",
        "banktransfer": "03",
        "cashondelivery": "01",
        "stripe_payments": "04",
        "braintree": "04",
        "adyen_cc": "04",
        "conekta_cc": "04",
        "openpay_cards": "04",
        "paypal_express": "31",
    }
)
HANDED_ON = "mercadopago_"
NO_GATEWAY = frozenset({"checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free", ""})
"""Paid without a gateway: what stands as its number was typed by somebody."""
_ADDED = re.compile(r"-(capture|authorization|order)$")
_LONGEST_ORDER_NUMBER = 9


def forma_pago_of(method: str, overrides: Mapping[str, str]) -> str | None:
    """The code of the order's payment method; None if it is in neither table."""
    return overrides.get(method) or BUILT_IN.get(method) or ("31" if method.startswith(HANDED_ON) else None)


def payment_ids(record: Record) -> tuple[str, ...]:
    """The numbers of the payments as the gateway writes them, without what Magento hangs on.

    A short whole number is left out: it might be the number of another order, and then that one would count as this.
    """
    if text_of(record["method"]) in NO_GATEWAY:
        return ()
    found = (_ADDED.sub("", text_of(number)) for number in record["transactions"])
    return tuple(dict.fromkeys(one for one in found if one and not _may_be_an_order(one)))


def _may_be_an_order(number: str) -> bool:
    return number.isdecimal() and len(number) <= _LONGEST_ORDER_NUMBER
