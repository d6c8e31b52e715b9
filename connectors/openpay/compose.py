"""Puts a charge into records: the sale, each refund, the chargeback."""

from collections.abc import Iterator

from hub.plugin import Http, Record

# What changes without changing the sale: refunds and chargebacks have records of their own.
VOLATILE = frozenset({"conciliated", "fee", "refund", "refunds", "status", "card", "payment_method", "error_message"})


def read(http: Http, identifier: str) -> list[Record]:
    """The records behind `[<customer>/]<charge>`; empty if OpenPay does not know it."""
    customer, _, charge_id = identifier.rpartition("/")
    places = ([f"/customers/{customer}"] if customer else []) + [""]
    found = (http.find(f"{place}/charges/{charge_id}") for place in places)
    charge = next((one for one in found if one is not None), None)
    return [] if charge is None else list(compose(charge))


def compose(charge: Record) -> Iterator[Record]:
    """All that a charge tells."""
    refunds = refunds_of(charge)
    status = str(charge.get("status"))
    yield {
        "object_kind": "sale",
        "id": charge["id"],
        **{name: value for name, value in charge.items() if name not in VOLATILE},
        "status": "completed" if is_paid(status) else status,
        "card": {"type": (charge.get("card") or {}).get("type")},
    }
    about = {"charge_id": charge["id"], "currency": charge.get("currency")}
    for refund in refunds:
        yield {"object_kind": "refund", "id": refund["id"], **about, "refund": refund}
    if status == "refunded" and not refunds:
        whole = {"amount": charge.get("amount"), "status": "completed", "operation_date": charge.get("operation_date")}
        yield {"object_kind": "refund", "id": f"{charge['id']}-refunded", **about, "refund": whole}
    if status.startswith("chargeback"):
        yield {
            "object_kind": "chargeback",
            "id": f"chargeback-{charge['id']}",
            **about,
            "status": status,
            "amount": charge.get("amount"),
            "operation_date": charge.get("operation_date"),
            "refunds": refunds,
        }


def is_paid(status: str) -> bool:
    """Whether the money came, whatever happened to it later."""
    return status in {"completed", "refunded"} or status.startswith("chargeback")


def refunds_of(charge: Record) -> list[Record]:
    """The refunds, whether OpenPay tells the last one or all of them."""
    told = [*(charge.get("refunds") or ()), *([charge["refund"]] if charge.get("refund") else ())]
    return list({str(refund["id"]): refund for refund in told}.values())
