"""REST hooks: who subscribed, what becomes an outgoing delivery, and how it is sent, signed and given up."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from sqlmodel import Session, col, select

from hub.plugin import Answer, ConfigError, HubError, TransientError
from hub.plugin.http import retry_after
from hub.store import ApiKey, Cfdi, Delivery, Event, Hook, Ticket
from hub.store.inserts import insert_new

from .api_view import invoice_view, may_see, may_see_invoice, ticket_view
from .context import Flow
from .hook_events import names_of

HOOK = "hook"
"""Kind of a delivery that goes to a subscriber."""
GIVE_UP_AFTER = 30
"""Tries of one delivery: with the hub's pauses about a day."""
MOST = 200
"""Subscriptions of one key."""


def subscribe(flow: Flow, session: Session, key: ApiKey, event: str, target_url: str) -> tuple[Hook, bool]:
    """Keep a subscription; the same once more is the same.

    Raises:
        ConfigError: the key has too many.
    """
    row = Hook(key_id=key.id, event=event, target_url=target_url, created_at=flow.now())
    hook_id = insert_new(session, row)
    known = session.exec(select(Hook).where(Hook.key_id == key.id)).all()
    if len(known) > MOST:
        raise ConfigError(f"a key has at most {MOST} subscriptions", hint="take some away, or make another key")
    same = next(one for one in known if (one.event, one.target_url) == (event, target_url))
    return same, hook_id is not None


def enqueue(flow: Flow, session: Session, events: Sequence[Event]) -> None:
    """Write to the outbox what subscribers should hear, in the transaction that marks the events as told."""
    named = [(event, name) for event in events for name in names_of(event)]
    wanted = {name for _, name in named}
    query = select(Hook, ApiKey).join(ApiKey, col(ApiKey.id) == col(Hook.key_id)).where(col(Hook.event).in_(wanted))
    hooks = session.exec(query).all() if wanted else []
    for event, name in named:
        for hook, key in hooks:
            if hook.event == name:
                _put(flow, session, event, hook, key)


def send(flow: Flow, delivery: Delivery) -> str:
    """Tell one subscriber once; answers what came of it.

    Raises:
        GoneError: nobody listens there any more.
        TransientError, ConfigError: try again later.
    """
    with flow.store.read() as session:
        found = _hook(session, delivery)
    if found is None:
        raise GoneError("it was unsubscribed meanwhile")
    hook, key = found
    instance = flow.instances.sources.get(key.source)
    if instance is None:
        raise ConfigError(f"there is no source {key.source} any more")
    body = delivery.data["body"].encode()
    stamp = str(int(flow.now().timestamp()))
    headers = {
        "content-type": "application/json",
        "user-agent": "autofactura-hub",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature(secret_of(key, hook), delivery.message_id, stamp, body)}",
    }
    # Subscribers know a repeat by its webhook-id, so sending again is as harmless as reading again.
    return _judged(instance.http.read("POST", hook.target_url, content=body, headers=headers))


def drop(session: Session, delivery: Delivery) -> None:
    """Nobody listens: take the subscription away."""
    found = _hook(session, delivery)
    if found is not None:
        session.delete(found[0])


def secret_of(key: ApiKey, hook: Hook) -> str:
    """What the deliveries of a subscription are signed with: it follows from the key, so it is kept nowhere."""
    derived = hmac.digest(key.hash.encode(), f"hook {hook.id}".encode(), "sha256")
    return "whsec_" + base64.b64encode(derived).decode()


def signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """As the Standard Webhooks specification says: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


class GoneError(HubError):
    """The subscriber does not want to hear any more."""


def _judged(answer: Answer) -> str:
    if answer.ok:
        return f"taken with HTTP {answer.status}"
    if answer.status == 410:
        raise GoneError("the address answered 410 Gone, so it was unsubscribed")
    wait = retry_after(answer.headers.get("retry-after"))
    raise TransientError(f"the subscriber answered HTTP {answer.status}", retry_after_s=wait)


def _hook(session: Session, delivery: Delivery) -> tuple[Hook, ApiKey] | None:
    query = select(Hook, ApiKey).join(ApiKey, col(ApiKey.id) == col(Hook.key_id))
    return session.exec(query.where(Hook.id == int(delivery.data["hook"]))).one_or_none()


def _put(flow: Flow, session: Session, event: Event, hook: Hook, key: ApiKey) -> None:
    body = _body(flow, session, event, key)
    if body is None:
        return
    issuer, ticket_id, cfdi_id, facts = body
    now = flow.now()
    row = Delivery(
        key=f"{HOOK}:{hook.id}:{event.id}",
        kind=HOOK,
        issuer=issuer,
        notifier="",
        recipient=hook.target_url,
        message_id=f"evt_{event.id}",
        ticket_id=ticket_id,
        cfdi_id=cfdi_id,
        data={"hook": str(hook.id), "body": json.dumps({**facts, "event": hook.event}, ensure_ascii=False)},
        created_at=now,
        due_at=now,
    )
    row_id = insert_new(session, row)
    if row_id is not None:
        flow.kick(session, "delivery", row_id)


Facts = tuple[str, int | None, int | None, dict[str, object]]


def _body(flow: Flow, session: Session, event: Event, key: ApiKey) -> Facts | None:
    """What happened as it is now, if the key may know: whose it is, and the facts."""
    if key.source not in flow.settings.sources:
        return None
    if event.entity == "ticket":
        ticket = session.get_one(Ticket, event.entity_id)
        if not may_see(flow, session, key, ticket):
            return None
        return ticket.issuer, ticket.id, None, ticket_view(flow, session, ticket).model_dump(mode="json")
    cfdi = session.get_one(Cfdi, event.entity_id)
    if not may_see_invoice(flow, session, key, cfdi):
        return None
    # An invoice that went on meanwhile is told as what it was when this happened.
    facts = invoice_view(flow, session, cfdi, event.after)
    return cfdi.issuer, None, cfdi.id, facts.model_dump(mode="json")
