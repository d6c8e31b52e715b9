"""What the shop sold today, and what should become of each sale."""

from dataclasses import dataclass
from decimal import Decimal

from hub.store import TicketState

CLAIMED, AGAIN = "CJ-1003", "CJ-1009"
"""The sale whose buyer goes to the portal, and the next one of that customer."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A sale and its end; `total` is what the shop charged, written down here apart from the sale itself."""

    reference: str
    what: str
    total: Decimal
    end: TicketState
    currency: str = "MXN"


def _expected(reference: str, what: str, total: str, end: TicketState, currency: str = "MXN") -> Expected:
    return Expected(reference, what, Decimal(total), end, currency)


EXPECTED = (
    _expected("CJ-1001", "Stripe, IVA included, delivery, unknown buyer", "1349.00", TicketState.OPEN),
    _expected("CJ-1002", "Stripe, data in the sale, delivered twice", "2320.00", TicketState.INVOICED),
    _expected(CLAIMED, "Stripe, claimed in the portal", "840.00", TicketState.INVOICED),
    _expected("CJ-1004", "Stripe, USD at the configured rate", "89.00", TicketState.INVOICED, "USD"),
    _expected("CJ-1005", "Stripe, above the limit for review", "69600.00", TicketState.HELD),
    _expected("CJ-1006", "Stripe, a name that SAT does not know", "540.00", TicketState.OPEN),
    _expected("CJ-1007", "Stripe, refunded before an invoice", "350.00", TicketState.VOID),
    _expected("CJ-1008", "Stripe, 0 %, exempt and 16 % with discount", "900.00", TicketState.INVOICED),
    _expected(AGAIN, "Stripe, the same customer again", "420.00", TicketState.INVOICED),
    _expected("M-2001", "XLSX, two rates in one sale", "740.00", TicketState.INVOICED),
    _expected("M-2002", "XLSX, exempt", "350.00", TicketState.INVOICED),
    _expected("M-2003", "XLSX, discount, unknown buyer", "1125.00", TicketState.OPEN),
    _expected("M-2004", "XLSX, cash, nobody to ask", "95.00", TicketState.OPEN),
    _expected("P-3001", "CSV, USD with its own rate", "150.00", TicketState.INVOICED, "USD"),
    _expected("P-3003", "CSV, data in the sale", "2900.00", TicketState.INVOICED),
)
BROKEN = "punto-de-venta.csv, row 3, column Total"
"""The cell of the CSV that cannot be used."""
