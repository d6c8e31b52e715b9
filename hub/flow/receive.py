"""A webhook delivery comes in: checked on its raw bytes, committed, and only then acknowledged."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.plugin import DataError, RawRequest, WebhookSource
from hub.plugin.storable import fit, is_fit
from hub.store import InboxItem

from .arrivals import Arrivals
from .context import Flow

MAX_KEY = 200


class NoWebhooksError(LookupError):
    """There is no source of that name that takes deliveries."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`new` is False for a delivery that is here already."""

    new: bool


def receive(
    flow: Flow, source: str, headers: Mapping[str, str], body: bytes, arrivals: Arrivals | None = None
) -> Receipt:
    """Commit one delivery to the inbox, together with others that come the same way.

    Raises:
        NoWebhooksError: no such source, or it takes no deliveries.
        ConfigError: its plugin is not there now; nothing is stored, so the sender has to try again.
        SignatureError: not from its sender; nothing is stored.
        DataError: the body cannot be read at all; nothing is stored.
    """
    if broken := flow.instances.broken.get(f"source {source}"):
        raise broken
    instance = flow.instances.sources.get(source)
    if instance is None or not isinstance(instance.plugin, WebhookSource):
        raise NoWebhooksError(source)
    now = flow.now()
    request = RawRequest({name.lower(): value for name, value in headers.items()}, body, now)
    instance.plugin.verify(request)
    key = _key(instance.plugin, request)
    item = InboxItem(
        source=source,
        kind="delivery",
        delivery_key=key,
        received_at=now,
        headers=_kept(instance.plugin, request.headers),
        body=body,
        due_at=now,
    )
    return Receipt(new=(arrivals or Arrivals(flow)).put(item))


def _key(plugin: WebhookSource[Any], request: RawRequest) -> str:
    try:
        key = plugin.delivery_key(request)
    except RecursionError as error:
        raise DataError("the body is nested too deep to be read") from error
    # A sender may give any text; the index takes a short one that the database keeps.
    if len(key) <= MAX_KEY and is_fit(key):
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _kept(plugin: WebhookSource[Any], headers: Mapping[str, str]) -> dict[str, str]:
    # Credentials that a proxy or a sender adds have no place in the database.
    return {name: fit(value) for name, value in headers.items() if name in plugin.kept_headers}
