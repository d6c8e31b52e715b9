"""The envelope of every answer of SW, and the form that carries a document to it."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.plugin import Answer, InDoubtError

_CODE = re.compile(r"\s*([A-Z]{0,8}\d{3,6}|[A-Z]{4,8}\d{0,2})\s*(?:[-.:]|$)")


class Envelope(NamedTuple):
    """`code` is the one that the message begins with, `detail_code` that of the detail; empty if there is none."""

    ok: bool
    code: str
    detail_code: str
    message: str
    data: Mapping[str, Any]
    cod_status: str


def read_envelope(answer: Answer) -> Envelope:
    """An answer of SW, whatever it says.

    Raises:
        InDoubtError: it is not one.
    """
    body = answer.json()
    if not isinstance(body, dict) or body.get("status") not in {"success", "error"}:
        raise InDoubtError(f"SW answers HTTP {answer.status} without its envelope")
    message, detail = text(body, "message"), text(body, "messageDetail")
    return Envelope(
        ok=answer.ok and body["status"] == "success",
        code=_code_of(message),
        detail_code=_code_of(detail),
        message=". ".join(part.strip().rstrip(".") for part in (message, detail) if part.strip()),
        data=mapping(body.get("data")),
        cod_status=text(body, "codStatus"),
    )


def text(values: Mapping[str, Any], name: str) -> str:
    """A text by its name; empty if it is none."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Mapping[str, Any]:
    """The object itself; empty if it is none."""
    return value if isinstance(value, dict) else {}


def form(xml: bytes) -> tuple[bytes, str]:
    """A multipart form with the document as its field `xml`, and its content type; the same bytes for the same XML."""
    boundary = hashlib.sha256(xml).hexdigest()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="xml"; filename="xml"\r\nContent-Type: text/xml\r\n\r\n'
    )
    return head.encode() + xml + f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _code_of(told: str) -> str:
    found = _CODE.match(told)
    return found[1] if found else ""
