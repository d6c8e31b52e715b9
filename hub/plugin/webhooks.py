"""Webhook deliveries and the ways senders sign them. All checks run on the raw bytes, in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from .errors import ConfigError, DataError, SignatureError
from .http import exact_loads

TOLERANCE_S = 300


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A delivery as it came: header names in lower case, the body untouched.

    A parameter of the address stands among the headers as `?name` (`?topic`), which no header can be called; like a
    header it is stored with the delivery only if `WebhookSource.kept_headers` names it.
    """

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str:
        """A header's value.

        Raises:
            SignatureError: the header is missing.
        """
        try:
            return self.headers[name.lower()]
        except KeyError:
            raise SignatureError(f"the header {name} is missing") from None

    def json(self) -> Any:
        """The body as JSON; numbers with a point come as Decimal, and none is endless.

        Raises:
            DataError: the body is not JSON, or nested too deep.
        """
        try:
            return exact_loads(self.body)
        except ValueError as error:
            raise DataError("the body is not JSON") from error


def verify_hmac(request: RawRequest, header: str, secrets: Sequence[SecretStr], *, encoding: str = "hex") -> None:
    """Check HMAC-SHA256 of the body against a header, hex or base64, with any of the secrets (rotation).

    Raises:
        SignatureError: no secret matches.
    """
    given = request.header(header)
    if not any(_same(_encode(_mac(s, request.body), encoding), given) for s in _usable(secrets)):
        raise SignatureError("the signature does not match", hint="compare the signing secret with the sender's panel")


def verify_stripe_style(
    request: RawRequest, header: str, secrets: Sequence[SecretStr], *, tolerance_s: int = TOLERANCE_S
) -> None:
    """Check `t=<unix s>,v1=<hex>[,v1=<hex>]`: HMAC-SHA256 over `t.body`, and that t is not too old.

    Raises:
        SignatureError: malformed, too old, or no secret matches.
    """
    pairs = [item.split("=", 1) for item in request.header(header).split(",") if "=" in item]
    stamps = [value for key, value in pairs if key.strip() == "t"]
    given = [value for key, value in pairs if key.strip() == "v1"]
    if not stamps or not given:
        raise SignatureError(f"the header {header} is malformed")
    _fresh(stamps[0], request.received_at, tolerance_s)
    message = stamps[0].encode() + b"." + request.body
    expected = [_mac(secret, message).hex() for secret in _usable(secrets)]
    if not any(_same(e, g) for e in expected for g in given):
        raise SignatureError("the signature does not match", hint="compare the signing secret with the sender's panel")


def verify_standard_webhook(
    request: RawRequest, secrets: Sequence[SecretStr], *, tolerance_s: int = TOLERANCE_S
) -> None:
    """Check a delivery signed as the Standard Webhooks specification says (`webhook-id`, `-timestamp`, `-signature`).

    Raises:
        SignatureError: malformed, too old, or no secret matches.
        ConfigError: a secret is not base64, as that specification wants it.
    """
    stamp = request.header("webhook-timestamp")
    _fresh(stamp, request.received_at, tolerance_s)
    message = b".".join((request.header("webhook-id").encode(), stamp.encode(), request.body))
    given = [item.split(",", 1)[1] for item in request.header("webhook-signature").split() if item.startswith("v1,")]
    keys = [key for secret in _usable(secrets) if (key := _key(secret))]
    expected = [base64.b64encode(hmac.digest(key, message, "sha256")).decode() for key in keys]
    if not any(_same(e, g) for e in expected for g in given):
        raise SignatureError("the signature does not match", hint="compare the signing secret with the sender's panel")


def _usable(secrets: Sequence[SecretStr]) -> list[SecretStr]:
    # Anybody can sign with an empty secret.
    return [secret for secret in secrets if secret.get_secret_value()]


def _fresh(stamp: str, received_at: datetime, tolerance_s: int) -> None:
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        raise SignatureError("the signature's time is malformed")
    age_s = received_at.timestamp() - int(stamp)
    if abs(age_s) > tolerance_s:
        raise SignatureError(
            f"the signature is {age_s:.0f} s old, more than {tolerance_s} s",
            hint="check the clock of this machine; an old delivery sent again is refused on purpose",
        )


def _key(secret: SecretStr) -> bytes:
    try:
        return base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
    except ValueError:
        raise ConfigError("the webhook secret is not base64", hint="copy it whole, with its whsec_") from None


def _mac(secret: SecretStr, message: bytes) -> bytes:
    return hmac.digest(secret.get_secret_value().encode(), message, hashlib.sha256)


def _encode(mac: bytes, encoding: str) -> str:
    return mac.hex() if encoding == "hex" else base64.b64encode(mac).decode()


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.strip().encode(errors="replace"))
