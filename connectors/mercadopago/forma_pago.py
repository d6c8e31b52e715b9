"""Mercado Pago's payment type and method -> SAT's c_FormaPago."""

from collections.abc import Mapping

from hub.plugin import Record

# Cash at a store's counter or a machine is 01; money that a third party hands on (credit of Mercado Pago, wallets of
# others, crypto) is 31, "intermediario pagos": 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = {
    "credit_card": "04",
    "debit_card": "28",
    "prepaid_card": "28",
    "ticket": "01",
    "atm": "01",
    "bank_transfer": "03",
    "account_money": "06",
    "consumer_credits": "31",
    "digital_currency": "31",
    "digital_wallet": "31",
    "crypto_transfer": "31",
}


def forma_pago_of(payment: Record, overrides: Mapping[str, str]) -> str | None:
    """The code of how a payment was made; None if the type is not in the table."""
    kind = payment.get("payment_type_id") or ""
    exact = f"{kind}.{payment.get('payment_method_id') or ''}"
    return overrides.get(exact) or overrides.get(kind) or BUILT_IN.get(kind)
