"""A notification: what it says, and whether Mercado Pago said it.

Two forms come to the same address. Webhooks name their subject in the address (`data.id`, `type`) and in the body and
are signed; old IPN notifications have `topic` and `id`, perhaps no body, and no signature.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest, digest
from typing import Any

from pydantic import SecretStr

from hub.plugin import DataError, RawRequest, SignatureError, text_of

SIGNATURE = "x-signature"
KEPT = frozenset({"?data.id", "?type", "?topic", "?id"})
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SECONDS = 10
_MILLISECONDS = 13


@dataclass(frozen=True, slots=True)
class Notification:
    """What a notification speaks of; `key` is its own number, empty if it has none."""

    topic: str
    subject: str
    key: str


def notification_of(request: RawRequest) -> Notification:
    """Read address and body, whichever of the two forms it is.

    Raises:
        DataError: nothing says what it is about.
    """
    body = _body(request)
    topic = text_of(body.get("type")) or _parameter(request, "type") or _topic_of_ipn(request, body)
    subject = _signed_subject(request, body) or _subject_of_ipn(request, body)
    if not topic:
        raise DataError("the body is not JSON and the address gives no type", field="type")
    if not _ID.fullmatch(subject):
        raise DataError(f"the notification of {topic} names no subject", field="data.id")
    return Notification(topic, subject, text_of(body.get("id")) if "data" in body else "")


def verify_signature(request: RawRequest, secrets: Sequence[SecretStr], tolerance_s: int) -> None:
    """Check `x-signature`: HMAC-SHA256 over the subject's id, the request's id and the time; the body is not signed.

    Raises:
        SignatureError: malformed, too old, no secret matches, or address and body name different subjects.
    """
    parts = dict(part.strip().split("=", 1) for part in request.header(SIGNATURE).split(",") if "=" in part)
    stamp, given = parts.get("ts", ""), parts.get("v1", "")
    _fresh(stamp, request, tolerance_s)
    signed = [_manifest(subject, request, stamp) for subject in _subjects(request)]
    macs = [digest(secret.get_secret_value().encode(), m, "sha256").hex() for secret in secrets for m in signed]
    if not any(compare_digest(mac.encode(), given.encode(errors="replace")) for mac in macs):
        raise SignatureError(
            "the signature does not match", hint="compare webhook_secret with Tus integraciones, Webhooks"
        )


def is_unsigned(request: RawRequest) -> bool:
    """Whether it carries no signature at all, as IPN and QR notifications."""
    return SIGNATURE not in request.headers


def _fresh(stamp: str, request: RawRequest, tolerance_s: int) -> None:
    # Seconds and milliseconds are both seen; nothing else is a time.
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) in {_SECONDS, _MILLISECONDS}):
        raise SignatureError(f"the header {SIGNATURE} is malformed")
    signed_at = int(stamp) / (1000 if len(stamp) == _MILLISECONDS else 1)
    age_s = request.received_at.timestamp() - signed_at
    if tolerance_s and abs(age_s) > tolerance_s:
        raise SignatureError(
            f"the signature is {age_s:.0f} s old, more than {tolerance_s} s",
            hint="check the clock of this machine; an old notification sent again is refused on purpose",
        )


def _manifest(subject: str, request: RawRequest, stamp: str) -> bytes:
    pairs = (("id", subject), ("request-id", request.headers.get("x-request-id", "")), ("ts", stamp))
    # What is missing is left out with its name.
    return "".join(f"{name}:{value};" for name, value in pairs if value).encode()


def _subjects(request: RawRequest) -> Iterator[str]:
    """The id as it may have been signed: as it came, or in lower case; documentation and SDK differ."""
    subject = _signed_subject(request, _body(request, strict=False))
    if not subject:
        raise SignatureError("the notification names nothing that could be signed")
    yield from {subject, subject.lower()}


def _signed_subject(request: RawRequest, body: Mapping[str, Any]) -> str:
    """`data.id` of the address and the body, which must be the same: only one of them is signed."""
    data = body.get("data")
    told = text_of(data.get("id")) if isinstance(data, Mapping) else ""
    named = _parameter(request, "data.id")
    if told and named and told.lower() != named.lower():
        raise SignatureError("address and body name different subjects")
    # Order ids come in lower case in the address, and only the body's is good for reading.
    return told or named


def _topic_of_ipn(request: RawRequest, body: Mapping[str, Any]) -> str:
    return _parameter(request, "topic") or text_of(body.get("topic"))


def _subject_of_ipn(request: RawRequest, body: Mapping[str, Any]) -> str:
    resource = text_of(body.get("resource")).rstrip("/").rpartition("/")[2]
    return _parameter(request, "id") or resource


def _parameter(request: RawRequest, name: str) -> str:
    return request.headers.get(f"?{name}", "").strip()


def _body(request: RawRequest, *, strict: bool = True) -> Mapping[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        if strict:
            raise DataError("the body is not JSON") from error
        return {}
    if not isinstance(body, dict):
        if strict:
            raise DataError("the body is not a JSON object")
        return {}
    return body
