"""The ticket of a sale that none knows yet."""

import secrets
from typing import Any

from hub.plugin import Sale
from hub.store import Ticket, TicketState
from hub.store.inserts import complete
from hub.store.types import JsonText

from .amended import digest_of, email_of
from .claim import NOT_YET
from .context import Flow
from .issuer_time import deadline_of
from .portal_port import canonical_reference
from .sellers import issuer_for


def ticket_for(flow: Flow, source: str, sale: Sale) -> Ticket:
    """The ticket of a new sale; kept by whoever asks for it."""
    return Ticket(**{**values_for(flow, source, sale), "sale": sale.model_dump(mode="json")})


def values_for(flow: Flow, source: str, sale: Sale) -> dict[str, Any]:
    """The same as the values of its columns, for who makes many."""
    settings = flow.settings.sources[source]
    now = flow.now()
    held = settings.invoice == "hold"
    issuer = issuer_for(flow, source, sale)
    return complete(
        Ticket,
        issuer=issuer,
        source=source,
        movement_key=sale.id,
        reference=sale.reference or sale.id,
        canonical_reference=canonical_reference(sale.reference or sale.id),
        link=secrets.token_urlsafe(16),
        purchase_link=secrets.token_urlsafe(16),
        sold_at=sale.sold_at,
        currency=sale.currency,
        total=sale.total,
        sale=JsonText(sale.model_dump_json()),
        content_hash=digest_of(sale),
        email=email_of(sale),
        deadline=deadline_of(flow.issuer(issuer), sale.sold_at),
        created_at=now,
        updated_at=now,
        state=TicketState.HELD if held else TicketState.OPEN,
        reason=NOT_YET if held else "",
        due_at=None if held else now,
    )
