"""Keys of the REST API: shown once, kept as a hash, bound to one source and to test or live."""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlmodel import Session, col, delete, select

from hub.config import Settings
from hub.plugin import ApiSource, ConfigError
from hub.store import ApiKey, Hook

from .context import Flow

LIVE, TEST = "hubkey_live_", "hubkey_test_"
"""How a key begins, so that a person sees which it is."""


class WrongModeError(PermissionError):
    """A test key at a hub that issues real invoices, or a live key at one that only tries."""


def new_key(flow: Flow, session: Session, source: str, label: str) -> tuple[ApiKey, str]:
    """A new key of a source, and its text, which is nowhere kept.

    Raises:
        ConfigError: there is no such source, or it is not posted to.
    """
    instance = flow.instances.sources.get(source)
    if instance is None or not isinstance(instance.plugin, ApiSource):
        posted = [name for name, one in flow.instances.sources.items() if isinstance(one.plugin, ApiSource)]
        known = f"sources that are posted to: {', '.join(posted)}" if posted else "add a source with `use: rest`"
        raise ConfigError(f"{source} is no source that is posted to", hint=known)
    live = is_live(flow.settings)
    text = (LIVE if live else TEST) + secrets.token_urlsafe(32)
    return keep_key(session, source, label, text, live=live, at=flow.now()), text


def keep_key(session: Session, source: str, label: str, text: str, *, live: bool, at: datetime) -> ApiKey:
    """Keep the hash of a key."""
    row = ApiKey(source=source, label=label[:100], hash=hashed(text), live=live, created_at=at)
    session.add(row)
    session.flush()
    return row


def revoke_key(session: Session, key: ApiKey, *, at: datetime) -> None:
    """From now on it opens nothing, and what was subscribed with it hears nothing."""
    key.revoked_at = at
    session.add(key)
    session.exec(delete(Hook).where(col(Hook.key_id) == key.id))


def known_key(flow: Flow, text: str) -> ApiKey | None:
    """The key that is in force.

    Raises:
        WrongModeError: it is of the other mode.
    """
    digest = hashed(text)
    with flow.store.read() as session:
        key = session.exec(select(ApiKey).where(ApiKey.hash == digest)).one_or_none()
    if key is None or key.revoked_at is not None or not hmac.compare_digest(key.hash, digest):
        return None
    if key.live != is_live(flow.settings):
        raise WrongModeError(key.label)
    return key


def is_live(settings: Settings) -> bool:
    """Whether what is sent here becomes real invoices."""
    return settings.environment == "production"


def hashed(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()
