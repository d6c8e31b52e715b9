"""Stripe's payment method -> SAT's c_FormaPago."""

from collections.abc import Mapping

from hub.plugin import Record

# Money that a third party hands on (pay later, wallets with their own funds, crypto) is 31, "intermediario
# pagos": 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = {
    "card.credit": "04",
    "card.debit": "28",
    "card.prepaid": "04",
    "card.unknown": "04",
    "card_present.credit": "04",
    "card_present.debit": "28",
    "card_present.prepaid": "04",
    "card_present.unknown": "04",
    "interac_present": "28",
    "link": "04",
    "oxxo": "01",
    "customer_balance": "03",
    "mx_bank_transfer": "03",
    "pay_by_bank": "03",
    "us_bank_account": "03",
    "sepa_debit": "03",
    "acss_debit": "03",
    "wechat_pay": "06",
    "alipay": "06",
    "cashapp": "06",
    "amazon_pay": "06",
    "paypal": "31",
    "klarna": "31",
    "affirm": "31",
    "afterpay_clearpay": "31",
    "crypto": "31",
}


def forma_pago_of(charge: Record | None, overrides: Mapping[str, str]) -> str | None:
    """The code of how a charge was paid; None if Stripe does not say or the method is not in the table."""
    details = (charge or {}).get("payment_method_details") or {}
    method = details.get("type") or ""
    funding = (details.get(method) or {}).get("funding") or "unknown"
    # An override of "card" alone must beat the built-in "card.credit".
    for table in (overrides, BUILT_IN):
        if found := table.get(f"{method}.{funding}") or table.get(method):
            return found
    return None
