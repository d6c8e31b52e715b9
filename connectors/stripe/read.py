"""From an identifier to composed records: one record holds all that Stripe knows of one movement of money.

Whichever object of a movement is asked for, the record that comes out is the same.
"""

from collections.abc import Callable

from hub.plugin import Http, Record

from .api import StripeApi
from .compose import compose

INTENT = {"expand[0]": "latest_charge"}


def read(http: Http, identifier: str) -> list[Record]:
    """The records behind `[acct_...:]<Stripe id>`; empty if Stripe does not know it or it is not about a sale."""
    account, _, target = identifier.rpartition(":")
    reader = READERS.get(target.partition("_")[0])
    return reader(StripeApi(http, account), target) if reader else []


def _payment(api: StripeApi, intent_id: str) -> list[Record]:
    intent = api.retrieve(f"/v1/payment_intents/{intent_id}", **INTENT)
    if intent is None:
        return []
    session = api.first("/v1/checkout/sessions", {"payment_intent": intent_id})
    link = _invoice_link(api, intent_id)
    invoice_id = (link or {}).get("invoice") or (session or {}).get("invoice")
    if invoice_id:
        return _invoice(api, str(invoice_id))
    return [compose(api, intent_id, intent=intent, session=session)]


def _charge(api: StripeApi, charge_id: str) -> list[Record]:
    if charge_id.endswith("/refunds"):
        return _refunds_of(api, charge_id.removesuffix("/refunds"))
    charge = api.retrieve(f"/v1/charges/{charge_id}")
    if charge is None:
        return []
    if charge.get("payment_intent"):
        return _payment(api, str(charge["payment_intent"]))
    return [compose(api, charge_id, charge=charge)]


def _session(api: StripeApi, session_id: str) -> list[Record]:
    session = api.retrieve(f"/v1/checkout/sessions/{session_id}") or {}
    if session.get("payment_intent"):
        return _payment(api, str(session["payment_intent"]))
    return _invoice(api, str(session["invoice"])) if session.get("invoice") else []


def _invoice(api: StripeApi, invoice_id: str) -> list[Record]:
    invoice = api.retrieve(f"/v1/invoices/{invoice_id}")
    if invoice is None:
        return []
    payments = _payments_of(api, invoice_id)
    paid_by = max(payments, key=lambda payment: int(payment["amount_paid"] or 0))["payment"] if payments else {}
    intent_id, charge_id = paid_by.get("payment_intent"), paid_by.get("charge")
    return [
        compose(
            api,
            _key_of_invoice(invoice_id, payments),
            intent=api.retrieve(f"/v1/payment_intents/{intent_id}", **INTENT) if intent_id else None,
            charge=api.retrieve(f"/v1/charges/{charge_id}") if charge_id else None,
            session=_session_of_invoice(api, invoice, intent_id),
            invoice=invoice,
            payments=payments,
        )
    ]


def _session_of_invoice(api: StripeApi, invoice: Record, intent_id: str | None) -> Record | None:
    # The first invoice of a subscription came from a Checkout session; what the buyer typed there
    # (RFC, régimen) holds for every later invoice too.
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    if details.get("subscription"):
        return api.first("/v1/checkout/sessions", {"subscription": str(details["subscription"])})
    return api.first("/v1/checkout/sessions", {"payment_intent": intent_id}) if intent_id else None


def _invoice_link(api: StripeApi, intent_id: str) -> Record | None:
    return api.first("/v1/invoice_payments", {"payment[type]": "payment_intent", "payment[payment_intent]": intent_id})


def _payments_of(api: StripeApi, invoice_id: str) -> list[Record]:
    listed = api.listed("/v1/invoice_payments", {"invoice": invoice_id})
    return sorted((p for p in listed if p.get("status") == "paid"), key=lambda payment: str(payment["id"]))


def _key_of_invoice(invoice_id: str, payments: list[Record]) -> str:
    # One payment: the invoice and the payment are the same money. Several, or none in Stripe: the
    # invoice is the only thing that stands for all of it.
    if len(payments) != 1:
        return invoice_id
    paid_by = payments[0]["payment"]
    return str(paid_by.get("payment_intent") or paid_by.get("charge") or invoice_id)


def _sale_key(api: StripeApi, money_back: Record) -> str:
    intent_id = money_back.get("payment_intent")
    if not intent_id:
        return str(money_back["charge"])
    link = _invoice_link(api, str(intent_id))
    if link is None:
        return str(intent_id)
    return _key_of_invoice(str(link["invoice"]), _payments_of(api, str(link["invoice"])))


def _refund(api: StripeApi, refund_id: str) -> list[Record]:
    refund = api.retrieve(f"/v1/refunds/{refund_id}")
    return [_money_back(api, "refund", refund)] if refund else []


def _refunds_of(api: StripeApi, charge_id: str) -> list[Record]:
    return [_money_back(api, "refund", refund) for refund in api.listed("/v1/refunds", {"charge": charge_id})]


def _dispute(api: StripeApi, dispute_id: str) -> list[Record]:
    dispute = api.retrieve(f"/v1/disputes/{dispute_id}")
    return [_money_back(api, "dispute", dispute)] if dispute else []


def _money_back(api: StripeApi, kind: str, found: Record) -> Record:
    return {
        "object_kind": kind,
        "id": found["id"],
        "account": api.account,
        "sale_key": _sale_key(api, found),
        kind: found,
    }


READERS: dict[str, Callable[[StripeApi, str], list[Record]]] = {
    "pi": _payment,
    "ch": _charge,
    "py": _charge,
    "cs": _session,
    "in": _invoice,
    "re": _refund,
    "pyr": _refund,
    "dp": _dispute,
    "du": _dispute,
}
