"""The other side of Acme's notifier."""

import base64
import json

import httpx

from hub.plugin import Attachment
from hub.testing import Received


def read_chat(request: httpx.Request) -> Received | None:
    """How the channel reads a message."""
    if request.url.path != "/messages":
        return None
    body = json.loads(request.content)
    return Received(
        message_id=body["id"],
        recipients=tuple(body["to"].split(",")),
        subject=body["subject"],
        text=body["text"],
        raw=request.content,
        attachments=tuple(Attachment(f["name"], f["type"], base64.b64decode(f["base64"])) for f in body["files"]),
        headers={line.partition(":")[0].lower(): line for line in body["subject"].splitlines()[1:]},
    )
