"""What may be asked: whose key this is, where a sale is, which invoices there are, and their files."""

from typing import Any

from starlette.responses import JSONResponse, Response

from hub.flow.api_model import Answer
from hub.flow.api_view import (
    SHOWN,
    find_invoice,
    find_ticket,
    invoice_view,
    me,
    newest_invoices,
    newest_tickets,
    ticket_of,
    ticket_view,
)
from hub.flow.documents import pdf_of, stem_of
from hub.flow.post import item_of
from hub.store import Cfdi, CfdiState, CfdiXml, TicketState

from .call import Api, Call
from .problems import Place, ProblemError

MOST, USUAL = 100, 50
"""Rows of a list."""


def whose(api: Api, call: Call) -> Response:
    """Whose key this is."""
    return shown(me(api.flow, call.key))


def sale(api: Api, call: Call) -> Response:
    """One sale of this source."""
    name = call.named("external_id")
    with api.flow.store.read() as session:
        ticket = ticket_of(session, call.key.source, name)
        if ticket is not None:
            return shown(ticket_view(api.flow, session, ticket))
        item = item_of(session, call.key.source, "sale", name)
    if item is None:
        raise ProblemError("not-found", "no sale was sent with that external_id")
    raise ProblemError("not-found", f"that sale has no ticket: {item.reason or 'it will be opened in a moment'}")


def ticket(api: Api, call: Call) -> Response:
    """One sale, by the ticket's number or its reference."""
    with api.flow.store.read() as session:
        found = find_ticket(api.flow, session, call.key, call.named("ticket"))
        if found is None:
            raise ProblemError("not-found", "there is no such ticket, or more than one has that reference")
        return shown(ticket_view(api.flow, session, found))


def tickets(api: Api, call: Call) -> Response:
    """The newest sales."""
    state = _word(call, "state", tuple(TicketState), "")
    with api.flow.store.read() as session:
        limit = _limit(call)
        return shown_list(newest_tickets(api.flow, session, call.key, TicketState(state) if state else None, limit))


def invoices(api: Api, call: Call) -> Response:
    """The newest invoices."""
    status = _word(call, "status", tuple(SHOWN), "stamped")
    with api.flow.store.read() as session:
        return shown_list(newest_invoices(api.flow, session, call.key, status, _limit(call)))


def invoice(api: Api, call: Call) -> Response:
    """One invoice."""
    with api.flow.store.read() as session:
        found = find_invoice(api.flow, session, call.key, call.named("uuid"))
        if found is None:
            raise ProblemError("not-found", "there is no such invoice")
        return shown(invoice_view(api.flow, session, found))


def xml(api: Api, call: Call) -> Response:
    """The stamped XML, byte for byte."""
    found, stamped = _stamped(api, call)
    return _file(stamped, f"{stem_of(found)}.xml", "application/xml")


def pdf(api: Api, call: Call) -> Response:
    """Its representación impresa."""
    found, stamped = _stamped(api, call)
    drawn = pdf_of(api.flow, found.issuer, stamped, cancelled=found.state == CfdiState.CANCELLED)
    return _file(drawn, f"{stem_of(found)}.pdf", "application/pdf")


def shown(answer: Answer, status: int = 200) -> Response:
    """One thing."""
    return JSONResponse(answer.model_dump(mode="json"), status)


def shown_list(answers: list[Any]) -> Response:
    """A bare list, which tools without code read row by row."""
    return JSONResponse([answer.model_dump(mode="json") for answer in answers])


def _stamped(api: Api, call: Call) -> tuple[Cfdi, bytes]:
    with api.flow.store.read() as session:
        found = find_invoice(api.flow, session, call.key, call.named("uuid"))
        journal = session.get(CfdiXml, found.id) if found else None
    if found is None or journal is None or journal.stamped is None:
        raise ProblemError("not-found", "there is no such invoice")
    return found, journal.stamped


def _file(content: bytes, name: str, media_type: str) -> Response:
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    return Response(
        content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{ascii_name}"'}
    )


def _limit(call: Call) -> int:
    given = call.request.query_params.get("limit", str(USUAL))
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and 1 <= int(given) <= MOST):
        raise _parameter("limit", f"is a number from 1 to {MOST}")
    return int(given)


def _word(call: Call, name: str, known: tuple[str, ...], usual: str) -> str:
    given = call.request.query_params.get(name, usual)
    if given not in known and given != usual:
        raise _parameter(name, f"is one of {', '.join(known)}")
    return given


def _parameter(name: str, message: str) -> ProblemError:
    return ProblemError(
        "invalid-request", f"{name} {message}", errors=[Place(pointer=name, field=name, message=message)]
    )
