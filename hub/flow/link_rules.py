"""When an order and a payment are one movement of money: by their names, by order number and total, or perhaps."""

from collections.abc import Iterator
from datetime import timedelta

from hub.plugin import Sale

from .portal_port import canonical_reference

_SHORTEST_NAME = 6
"""Shorter ones, such as 1001, name other things in the other system."""
_CARDS = frozenset({"04", "28", "29"})
_LONGEST_NAME = 200


def names_of(sale: Sale) -> set[str]:
    """What it and its payments are called, as other systems may write it."""
    given = (sale.id, *sale.aliases, *sale.payment_references)
    return {form for name in given for form in _forms(name) if _SHORTEST_NAME <= len(form) <= _LONGEST_NAME}


def _forms(name: str) -> Iterator[str]:
    """`acct_1:pi_1` and `stripe/pi_1` are `pi_1` too: whose account it is in does not matter elsewhere."""
    plain = name.strip()
    yield plain
    yield plain.replace("/", ":").rsplit(":", 1)[-1].strip()


def amounts_of(sale: Sale, within: timedelta = timedelta(0)) -> set[str]:
    """Keys that sales of the same amount on the same day share; with those of the days nearby."""
    first, last = (sale.sold_at - within).toordinal(), (sale.sold_at + within).toordinal()
    amount = f"={sale.currency} {sale.total.normalize():f}"
    return {f"{amount} {day}" for day in range(first - (within > timedelta(0)), last + 1 + (within > timedelta(0)))}


def references_of(order: Sale) -> set[str]:
    """What a payment may give as its order: its number, its id, or the id that the shop gave the payment."""
    given = (order.reference or "", order.id, *order.payment_references)
    return {canonical for one in given if (canonical := canonical_reference(one))}


def is_for(payment: Sale, order: Sale, within: timedelta) -> bool:
    """Whether the payment says that it is for this order, and pays all of it."""
    named = canonical_reference(payment.reference or "")
    return bool(named) and named in references_of(order) and same_amount(payment, order, within)


def same_amount(one: Sale, other: Sale, within: timedelta) -> bool:
    """The same money at about the same time."""
    return (one.currency, one.total) == (other.currency, other.total) and near(one, other, within)


def near(one: Sale, other: Sale, within: timedelta) -> bool:
    """At about the same time."""
    return abs(one.sold_at - other.sold_at) <= within


def paid_alike(one: Sale, other: Sale) -> bool:
    """False only if both know how they were paid and it was not the same way."""
    known = {one.forma_pago, other.forma_pago}
    return None in known or len(known) == 1 or known <= _CARDS
