"""Notifications of Google Drive: a hint in the headers, proved by a token, without a body or a signature."""

import hmac
from collections.abc import Sequence

from pydantic import SecretStr

from hub.plugin import DataError, Ignored, RawRequest, SignatureError

TOKEN, CHANNEL, NUMBER, STATE = (
    "x-goog-channel-token",
    "x-goog-channel-id",
    "x-goog-message-number",
    "x-goog-resource-state",
)
WHOLE_SHEET = "sheet"


def verify(request: RawRequest, tokens: Sequence[SecretStr]) -> None:
    """Compare the token with those that are known.

    Raises:
        SignatureError: none fits, or there is a body, which Drive never sends.
    """
    given = request.header(TOKEN)
    same = [hmac.compare_digest(one.get_secret_value().encode(), given.encode(errors="replace")) for one in tokens]
    if not any(same):
        raise SignatureError(
            "the channel's token does not match", hint="compare channel_token with that of the channel"
        )
    if request.body:
        raise SignatureError("a notification of Drive has no body")


def key_of(request: RawRequest) -> str:
    """Which channel, and the number of its message.

    Raises:
        DataError: it says neither.
    """
    channel, number = request.headers.get(CHANNEL, ""), request.headers.get(NUMBER, "")
    if not channel or not number:
        raise DataError("the notification names no channel and no message number")
    return f"{channel}:{number}"


def changed(request: RawRequest) -> list[str] | Ignored:
    """That the sheet must be read, unless the channel was only opened."""
    if request.headers.get(STATE, "") == "sync":
        return Ignored("the channel was opened; nothing changed yet")
    return [WHOLE_SHEET]
