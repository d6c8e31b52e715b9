"""How an order was paid: SAT's c_FormaPago, the gateway's own numbers of the payment, and whether it was a test."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.plugin import Record, text_of

# WooCommerce does not tell credit from debit, so a card is 04 unless `formas_pago` says otherwise.
# Money that a third party hands on is 31: 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "bacs": "03",
        "cheque": "02",
        "cod": "01",
        "stripe": "04",
        "stripe_cc": "04",
        "woocommerce_payments": "04",
        "woo-mercado-pago-basic": "31",
        "woo-mercado-pago-custom": "04",
        "woo-mercado-pago-ticket": "01",
        "ppcp-gateway": "31",
        "paypal": "31",
        "conekta": "04",
        "conektacard": "04",
        "conektaoxxopay": "01",
        "conektacash": "01",
        "conektaspei": "03",
        "openpay_cards": "04",
        "openpay_stores": "01",
        "openpay_spei": "03",
    }
)
NO_GATEWAY = frozenset({"bacs", "cheque", "cod", ""})
"""Paid without a gateway: what stands in `transaction_id` was typed by somebody."""

PAYMENT_IDS = (
    "_stripe_intent_id",
    "_stripe_charge_id",
    "_intent_id",
    "_charge_id",
    "_Mercado_Pago_Payment_IDs",
    "_ppcp_paypal_order_id",
    "conekta-order-id",
    "_conekta_order_id",
    "_openpay_charge_id",
)
"""Meta keys in which gateways write the numbers of their payment."""

TEST_MARKS: Mapping[str, str] = MappingProxyType(
    {"_wcpay_mode": "test", "is_production_mode": "no", "_ppcp_paypal_payment_mode": "sandbox"}
)
_LONGEST_ORDER_NUMBER = 9


def forma_pago_of(order: Record, overrides: Mapping[str, str]) -> str | None:
    """The code of the order's payment method; None if it is in neither table."""
    method = text_of(order.get("payment_method"))
    return overrides.get(method) or BUILT_IN.get(method)


def payment_ids(order: Record, meta: Record, more: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of the payment, each exactly as the gateway writes it.

    A short whole number is left out: it might be the number of another order, and then that one would count as this.
    """
    if text_of(order.get("payment_method")) in NO_GATEWAY:
        return ()
    told = [text_of(order.get("transaction_id")), *(text_of(meta.get(key)) for key in (*PAYMENT_IDS, *more))]
    found = [part.strip() for value in told for part in value.split(",")]
    return tuple(dict.fromkeys(one for one in found if one and not _may_be_an_order(one)))


def is_test(meta: Record) -> bool:
    """Whether the gateway marked the payment as a test."""
    return any(text_of(meta.get(key)) == mark for key, mark in TEST_MARKS.items())


def _may_be_an_order(number: str) -> bool:
    return number.isdecimal() and len(number) <= _LONGEST_ORDER_NUMBER
