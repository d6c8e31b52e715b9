"""Conekta's payment method -> SAT's c_FormaPago."""

from collections.abc import Iterable, Mapping

from hub.plugin import Record

# Money that a lender hands on is 31, "intermediario pagos": 99 would force MetodoPago PPD.
BUILT_IN: Mapping[str, str] = {
    "card_payment": "04",
    "card_payment.debit": "28",
    "cash_payment": "01",
    "bank_transfer_payment": "03",
    "pay_by_bank_payment": "03",
    "bnpl_payment": "31",
}


def forma_pago_of(charges: Iterable[Record], overrides: Mapping[str, str]) -> str | None:
    """The code of the largest charge; None if its method is not in the table."""
    largest = max(charges, key=lambda charge: int(charge["amount"]))
    method = largest.get("payment_method") or {}
    kind = method.get("object") or ""
    more = str(method.get("account_type") or method.get("product_type") or method.get("type") or "").lower()
    for table in (overrides, BUILT_IN):
        if code := table.get(f"{kind}.{more}") or table.get(kind):
            return code
    return None
