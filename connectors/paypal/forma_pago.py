"""PayPal's payment source -> SAT's c_FormaPago."""

from collections.abc import Mapping

from hub.plugin import Record

# Money that PayPal hands on is 31, "intermediario pagos", unless PayPal says that it was a card.
UNKNOWN = "paypal"
BUILT_IN: Mapping[str, str] = {
    "paypal": "31",
    "venmo": "31",
    "pay_upon_invoice": "31",
    "card": "04",
    "card.debit": "28",
    "apple_pay": "04",
    "apple_pay.debit": "28",
    "google_pay": "04",
    "google_pay.debit": "28",
    "oxxo": "01",
}


def forma_pago_of(payment_source: Record | None, overrides: Mapping[str, str]) -> str | None:
    """The code of how it was paid; a payment that says nothing counts as `paypal`, an unknown source stays open."""
    method, told = next(iter((payment_source or {}).items()), (UNKNOWN, None))
    card = (told or {}).get("card") or told or {}
    exact = f"{method}.{str(card.get('type') or '').lower()}"
    for table in (overrides, BUILT_IN):
        if code := table.get(exact) or table.get(method):
            return code
    return None
