"""A body is posted by REST or keyed in: its raw bytes are committed, and then it goes the way of every delivery."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import structlog
from sqlmodel import Session, col, delete, select

from hub.plugin import ApiSource, DataError, HubError, Movement, Sale
from hub.plugin.api_source import KIND, LIVE, Kind, posted_json
from hub.store import ApiRequest, InboxItem, InboxState
from hub.store.inserts import insert_new

from .context import Flow
from .inbox import open_claimed
from .intake import AHEAD_HINT, not_yet_sold, raw_bytes

log = structlog.get_logger()

KEPT = timedelta(days=30)
"""How long an Idempotency-Key is remembered. What was posted is known by its external_id for ever."""


class PostedBeforeError(HubError):
    """The same name was given to something else before; `by` says which name."""

    def __init__(self, by: Literal["Idempotency-Key", "external_id"]) -> None:
        super().__init__(f"the same {by} came before with another body")
        self.by = by


@dataclass(frozen=True, slots=True)
class Post:
    """One posted body. `corrects`: it may differ from what was posted before under the same external_id (PUT)."""

    source: str
    kind: Kind
    external_id: str
    raw: bytes
    body: dict[str, Any]
    live: bool
    key: str = ""
    corrects: bool = False

    @property
    def digest(self) -> str:
        """What was asked, in its canonical form."""
        where = f"{'put' if self.corrects else 'post'} {self.kind} ".encode()
        return hashlib.sha256(where + raw_bytes(self.body)).hexdigest()

    @property
    def delivery_key(self) -> str:
        """What tells it from other deliveries: a correction is always one of its own."""
        name = f"{self.kind} {self.external_id}"
        return f"{name} {secrets.token_hex(8)}" if self.corrects else name


def made_of(flow: Flow, source: str, kind: Kind, body: dict[str, Any], *, live: bool) -> Movement:
    """What a body is, before anything of it is kept.

    Raises:
        DataError: it cannot be used; `field` is the body's own.
    """
    plugin = flow.instances.sources[source].plugin
    assert isinstance(plugin, ApiSource)
    movement: Movement = plugin.to_sale({"kind": kind, "live": live, "body": body})
    if isinstance(movement, Sale) and (why := not_yet_sold(flow, movement)):
        raise DataError(why, field="occurred_at", hint=AHEAD_HINT)
    return movement


def was_posted(flow: Flow, post: Post) -> bool:
    """Whether the very same came before.

    Raises:
        PostedBeforeError: something else came under the same Idempotency-Key or external_id.
    """
    with flow.store.read() as session:
        return _named(session, post) or (not post.corrects and _known(session, post))


def take(flow: Flow, post: Post) -> bool:
    """Commit the raw bytes and open them at once; False if the very same came before.

    Raises:
        PostedBeforeError: something else came under the same Idempotency-Key or external_id.
    """
    now, token = flow.now(), secrets.token_hex(16)
    with flow.store.write() as session:
        if post.key:
            request = ApiRequest(source=post.source, key=post.key, digest=post.digest, at=now)
            if insert_new(session, request) is None and _named(session, post):
                return False
        # Claimed from the start: this thread opens it, and if it dies another does when the lease ends.
        item = InboxItem(
            source=post.source,
            kind="delivery",
            delivery_key=post.delivery_key,
            received_at=now,
            headers={KIND: post.kind, LIVE: "true" if post.live else "false"},
            body=post.raw,
            due_at=now + timedelta(seconds=flow.settings.engine.lease_s),
            attempts=1,
            token=token,
        )
        item_id = insert_new(session, item)
        if item_id is None:
            return not _known(session, post)
    try:
        open_claimed(flow, item_id, token)
    except Exception:
        log.exception("posted body is kept and will be opened later", source=post.source, item=item_id)
    return True


def forget_requests(flow: Flow) -> None:
    """Drop the Idempotency-Keys that are old."""
    with flow.store.write() as session:
        session.execute(delete(ApiRequest).where(col(ApiRequest.at) < flow.now() - KEPT))


def item_of(session: Session, source: str, kind: Kind, external_id: str) -> InboxItem | None:
    """The delivery that a posted body is kept in."""
    return session.exec(
        select(InboxItem).where(
            InboxItem.source == source,
            InboxItem.kind == "delivery",
            InboxItem.delivery_key == f"{kind} {external_id}",
        )
    ).one_or_none()


def is_posted_to(flow: Flow, source: str) -> bool:
    """Whether that source is configured and takes what is posted."""
    instance = flow.instances.sources.get(source)
    return instance is not None and isinstance(instance.plugin, ApiSource)


def _named(session: Session, post: Post) -> bool:
    request = session.get(ApiRequest, (post.source, post.key)) if post.key else None
    if request is not None and request.digest != post.digest:
        raise PostedBeforeError("Idempotency-Key")
    return request is not None


def _known(session: Session, post: Post) -> bool:
    item = item_of(session, post.source, post.kind, post.external_id)
    if item is not None and raw_bytes(posted_json(item.body)) != raw_bytes(post.body):
        raise PostedBeforeError("external_id")
    return item is not None


def outcome_of(session: Session, post: Post) -> tuple[Literal["kept", "ignored", "set_aside"], str]:
    """What became of a body that made no ticket, and why."""
    record = raw_bytes({"kind": post.kind, "live": post.live, "body": post.body})
    found = session.exec(
        select(InboxItem).where(
            InboxItem.source == post.source,
            InboxItem.kind == "record",
            InboxItem.delivery_key == hashlib.sha256(record).hexdigest(),
        )
    ).one_or_none()
    if found is None:
        return "kept", "it is kept and will be opened in a moment"
    if found.state == InboxState.SET_ASIDE:
        return "set_aside", found.reason
    return ("ignored", found.reason) if found.state == InboxState.IGNORED else ("kept", "")
