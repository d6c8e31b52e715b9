"""Where are you, why, and what happens next? One line for every ticket (promise 6)."""

from collections.abc import Sequence

from hub.store import Cfdi, CfdiState, Ticket, TicketState

from .claim import NOT_YET
from .joined import INTO

GLOBAL = "if nobody does, it belongs in your factura global"


def whereabouts(ticket: Ticket, covering: Sequence[Cfdi]) -> tuple[str, str]:
    """Why the ticket is where it is, and what happens next. `covering` are its live CFDIs."""
    match ticket.state:
        case TicketState.HELD:
            return ticket.reason, f"{ticket.hint or 'look at it'}; then {_release(ticket)}"
        case TicketState.CLAIMED:
            return _on_the_way(ticket, covering)
        case TicketState.INVOICED:
            return ", ".join(map(_invoice, covering)), ticket.difference
        case TicketState.GLOBALIZED:
            return "in the factura global", ""
        case TicketState.VOID if INTO in (ticket.linked or {}):
            return f"one sale with ticket {(ticket.linked or {})[INTO]}", "nothing; that ticket stands for both"
        case TicketState.VOID:
            return "refunded before an invoice, or its CFDI was cancelled", "nothing"
    return _open(ticket)


def _release(ticket: Ticket) -> str:
    one = f"`hub tickets release {ticket.id}`"
    return (
        one if ticket.reason != NOT_YET else f"{one}, or for all of them `hub tickets release --source {ticket.source}`"
    )


def _invoice(cfdi: Cfdi) -> str:
    words = {CfdiState.CANCEL_REQUESTED: ", to be cancelled: ", CfdiState.CANCEL_REFUSED: ", cancellation refused: "}
    more = words.get(CfdiState(cfdi.state))
    return f"{cfdi.serie}-{cfdi.folio} {cfdi.uuid}{more + cfdi.reason if more else ''}"


def _on_the_way(ticket: Ticket, covering: Sequence[Cfdi]) -> tuple[str, str]:
    for cfdi in covering:
        if cfdi.state == CfdiState.IN_DOUBT:
            return f"{cfdi.key} is in doubt: {cfdi.reason}", "the hub keeps asking the PAC"
    if ticket.reason:
        return ticket.reason, "the hub goes on by itself as soon as that is settled"
    waiting = next((cfdi.reason for cfdi in covering if cfdi.reason), "")
    return f"its CFDI is on the way{': ' + waiting if waiting else ''}", "the hub goes on by itself"


def _open(ticket: Ticket) -> tuple[str, str]:
    if ticket.reason:
        return ticket.reason, "the hub goes on by itself as soon as that is settled"
    if ticket.problems:
        return (
            f"SAT did not accept the buyer's data: {ticket.problems[0]['message']}",
            "the buyer was asked to correct it",
        )
    if not ticket.email:
        return "nobody claimed it and there is no address for the link", GLOBAL
    return f"nobody claimed it; its link works until {ticket.deadline}", GLOBAL
