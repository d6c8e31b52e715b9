"""Shopify's gateway and payment method -> SAT's c_FormaPago."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from .keys import plain
from .payments import Transaction

# Shopify does not tell credit from debit, so a card is 04 unless `formas_pago` says otherwise, by its bin too.
# Money that a third party hands on (pay later, PayPal) is 31: 99 would force MetodoPago PPD.
# A gift card, store credit and a payment that was only "marked as paid" are not here: the issuer must say.
BUILT_IN: Mapping[str, str] = {
    plain(name): code
    for name, code in {
        "card": "04",
        "shopify_payments": "04",
        "stripe": "04",
        "conekta": "04",
        "openpay": "04",
        "shop_pay": "04",
        "paypal": "31",
        "mercado_pago": "31",
        "shop_pay_installments": "31",
        "klarna": "31",
        "aplazo": "31",
        "kueski_pay": "31",
        "Bank Deposit": "03",
        "Depósito bancario": "03",
        "Transferencia bancaria": "03",
        "Transferencia": "03",
        "bank_transfer": "03",
        "wire": "03",
        "SPEI": "03",
        "Cash on Delivery (COD)": "01",
        "cash_on_delivery": "01",
        "Pago contra entrega": "01",
        "Contra reembolso": "01",
        "cash": "01",
        "Efectivo": "01",
        "OXXO": "01",
    }.items()
}


def forma_pago_of(paid: Sequence[Transaction], key: str, overrides: Mapping[str, str]) -> str | None:
    """The code of the payment, of the largest if there are several; None if nothing tells it."""
    if not paid:
        return None
    if len(paid) > 1:
        paid = [_largest(paid, key)]
    chosen, known = _chosen(tuple(overrides.items())), list(_names(paid[0]))
    return next((table[name] for table in (chosen, BUILT_IN) for name in known if name in table), None)


def _largest(paid: Sequence[Transaction], key: str) -> Transaction:
    return max(paid, key=lambda transaction: Decimal(transaction["amountSet"][key]["amount"]))


@lru_cache(maxsize=64)
def _chosen(overrides: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return MappingProxyType({plain(name): code for name, code in overrides})


def _names(transaction: Transaction) -> Iterator[str]:
    """From the most exact to the least: bin, gateway with method, method, gateway, its name in the admin, any card."""
    details: Mapping[str, Any] = transaction["paymentDetails"] or {}
    gateway, method = transaction["gateway"] or "", details.get("paymentMethodName") or ""
    if details.get("bin"):
        yield plain(f"bin {details['bin']}")
    if method:
        yield plain(f"{gateway}.{method}")
        yield plain(method)
    yield plain(gateway)
    yield plain(transaction["formattedGateway"] or "")
    if details.get("__typename") == "CardPaymentDetails":
        yield "card"
