"""Webhook deliveries, signed, over the real web server: taken or refused, and what was taken comes to an end."""

import itertools
import json
from contextlib import ExitStack
from typing import Any

import httpx
from sqlmodel import col, select

from hub.store import InboxItem, InboxState
from hub.web.app import make_app
from tests.support.web import served
from tests.support.world import METADATA, World

from ..damage import damaged, wrong_json
from ..target import Target
from .hubs import hub


def targets(stack: ExitStack) -> list[Target]:
    made = hub(stack)
    url = stack.enter_context(served(make_app(made.flow, lambda: True)))
    client = stack.enter_context(httpx.Client(base_url=url, timeout=60))
    intent = made.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    made.stripe.refund(intent, 1000)
    events = _of_every_kind(made.stripe.events())
    bodies = [json.dumps(event).encode() for event in events]
    numbers = itertools.count(1)

    def delivered(body: bytes) -> None:
        unseen = body.replace(b"evt_", b"evt_%d_" % next(numbers))
        answer = client.post(
            "/webhooks/stripe-mx", content=unseen, headers={"stripe-signature": made.stripe.signature(unseen)}
        )
        assert answer.status_code in {200, 400}, f"{answer.status_code} {answer.text}"
        if answer.status_code == 200:
            made.work()
            assert _waiting(made) == [], "a delivery that is not settled"

    def unsigned(header: bytes) -> None:
        sent = bytes(sign for sign in header if sign > 0x20 and sign != 0x7F)[:8000]
        answer = client.post("/webhooks/stripe-mx", content=b"{}", headers={b"stripe-signature": sent})
        assert answer.status_code == 400

    return [
        Target("bytes", damaged(*bodies), delivered),
        Target("values", wrong_json(*events), delivered),
        Target("signatures", damaged(made.stripe.signature(b"{}").encode()), unsigned),
    ]


def _waiting(made: World) -> list[str]:
    with made.flow.store.read() as session:
        open_ones = select(InboxItem).where(col(InboxItem.state) == InboxState.RECEIVED)
        return [row.reason for row in session.exec(open_ones)]


def _of_every_kind(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One of each type that happened, and the same told as other types, which read other fields."""
    found = list({event["type"]: event for event in events}.values())
    other = [
        *("charge.dispute.created", "charge.dispute.closed", "checkout.session.completed", "invoice.paid"),
        *("invoice_payment.paid", "charge.refunded", "credit_note.created", "charge.captured"),
    ]
    return found + [{**found[0], "type": name} for name in other]
