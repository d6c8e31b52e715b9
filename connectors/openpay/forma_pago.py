"""OpenPay's payment method -> SAT's c_FormaPago."""

from collections.abc import Mapping

from hub.plugin import Record

BUILT_IN: Mapping[str, str] = {
    "card": "04",
    "card.debit": "28",
    "bank_account": "03",
    "store": "01",
    "bitcoin": "31",
}


def forma_pago_of(charge: Record, overrides: Mapping[str, str]) -> str | None:
    """The code of how a charge was paid; None if the method is not in the table."""
    method = charge.get("method") or ""
    exact = f"{method}.{charge['card'].get('type') or ''}"
    for table in (overrides, BUILT_IN):
        if code := table.get(exact) or table.get(method):
            return code
    return None
