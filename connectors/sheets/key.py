"""A service account's JSON key."""

import json
from dataclasses import dataclass, field

from pydantic import SecretStr

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 (an address)
_WRONG = "is not the JSON key of a service account; Google Cloud, IAM, Service accounts, Keys, Add key, JSON"


@dataclass(frozen=True, slots=True)
class Key:
    """What the hub takes from the file."""

    email: str
    key_id: str
    private_key: str = field(repr=False)
    token_url: str


def key_of(secret: SecretStr) -> Key:
    """The parts of a key.

    Raises:
        ValueError: it is none; without a word of what it says.
    """
    try:
        found = json.loads(secret.get_secret_value())
        email, private_key = found["client_email"], found["private_key"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(_WRONG) from None
    if not isinstance(email, str) or not isinstance(private_key, str) or "PRIVATE KEY" not in private_key:
        raise ValueError(_WRONG)
    return Key(email, str(found.get("private_key_id", "")), private_key, str(found.get("token_uri", TOKEN_URL)))


def known_key(secret: SecretStr) -> SecretStr:
    """The same, if it is a key."""
    key_of(secret)
    return secret
