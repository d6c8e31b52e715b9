"""Airtable's webhooks: a signed ping without data, and the payloads that say which rows changed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from hub.plugin import ConfigError, DataError, Ignored, RawRequest, SignatureError

from .api import Airtable

HEADER = "x-airtable-content-mac"
PREFIX = "hmac-sha256="
EARLIER = timedelta(minutes=10)
"""One ping may stand for several changes, and the one before it may be lost."""
AT_ONCE, ROUNDS = 50, 20


def verify(request: RawRequest, secrets: Sequence[SecretStr]) -> None:
    """Check the MAC over the raw body with any of the secrets.

    Raises:
        SignatureError: none fits.
        ConfigError: a secret is not base64.
    """
    given = request.header(HEADER).strip()
    expected = [PREFIX + hmac.digest(_key(one), request.body, hashlib.sha256).hex() for one in secrets]
    if not any(hmac.compare_digest(one.encode(), given.encode(errors="replace")) for one in expected):
        raise SignatureError("the MAC does not match", hint="mac_secret is the macSecretBase64 of this webhook")


def changed(request: RawRequest, base: str) -> list[str] | Ignored:
    """What a ping names: the webhook and when, as one identifier.

    Raises:
        DataError: it names none.
    """
    try:
        ping = json.loads(request.body)
        named, webhook, at = ping["base"]["id"], ping["webhook"]["id"], ping["timestamp"]
        datetime.fromisoformat(at)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("the delivery is not a ping of Airtable's") from error
    if named != base:
        return Ignored(f"a ping of another base, {named}")
    return [f"{webhook}@{at}"]


def rows_changed(airtable: Airtable, table_id: str, identifier: str) -> list[str]:
    """The ids of rows that were created or edited shortly before a ping, each once."""
    webhook_id, _, at = identifier.partition("@")
    webhook = next((one for one in airtable.base.webhooks() if one.id == webhook_id), None)
    if webhook is None:
        return []  # expired or replaced: the next poll finds what it spoke of
    since = datetime.fromisoformat(at) - EARLIER
    found: dict[str, None] = {}
    end = webhook.cursor_for_next_payload
    for _ in range(ROUNDS):
        start = max(1, end - AT_ONCE)
        payloads = list(webhook.payloads(start, limit=end - start)) if end > start else []
        for payload in payloads:
            if payload.timestamp >= since:
                found |= dict.fromkeys(_rows(payload, table_id))
        if start == 1 or not payloads or payloads[0].timestamp < since:
            break
        end = start
    return list(found)


def _rows(payload: Any, table_id: str) -> Iterator[str]:
    change = payload.changed_tables_by_id.get(table_id)
    if change is not None:
        yield from change.created_records_by_id
        yield from change.changed_records_by_id


def _key(secret: SecretStr) -> bytes:
    try:
        return base64.b64decode(secret.get_secret_value(), validate=True)
    except ValueError:
        raise ConfigError("mac_secret is not base64", hint="copy macSecretBase64 whole") from None
