"""Secrets that can be told from everything else, every way in which they could be written, and where to look."""

import base64
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives import serialization
from sqlalchemy import MetaData, select

from hub.store import Store
from hub.testing.csd import TestCsd

AWKWARD = "-ñ%/'\" +&<\\"
"""Signs that some encoding changes."""


def canary(name: str, *, awkward: bool = False) -> str:
    """A new secret. The awkward ones are for what may hold any sign, such as a password."""
    return f"canary-{name}-{secrets.token_hex(6)}{AWKWARD if awkward else ''}"


def pieces_of(csd: TestCsd) -> dict[str, bytes]:
    """Parts of the private key, as it lies in its file and as it is in memory."""
    opened = serialization.load_der_private_key(csd.key, csd.password.encode()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # The first 300 bytes hold the modulus, which is public.
    places = [(name, key, at) for name, key in (("key", csd.key), ("opened key", opened)) for at in (400, 800)]
    return {f"{name} at {at}": key[at : at + 24] for name, key, at in places}


def traces(secret: str | bytes) -> set[bytes]:
    """The secret in plain, quoted, in hex, and inside longer base64."""
    raw = secret.encode() if isinstance(secret, str) else secret
    text = raw.decode("latin-1") if isinstance(secret, bytes) else secret
    forms = {raw, repr(raw)[2:-1].encode(), raw.hex().encode(), raw.hex().upper().encode()}
    forms |= {quote(raw, safe="").encode(), quote_plus(raw).encode(), quote(raw).encode()}
    forms |= {
        json.dumps(text)[1:-1].encode(),
        json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        repr(text)[1:-1].encode(),
    }
    forms |= {escape(text, quotes).encode() for quotes in ({}, {"'": "&#x27;", '"': "&quot;"})}
    for before in range(3):
        # Without the signs at both ends, which depend on what stands beside it.
        inner = base64.b64encode(b"\0" * before + raw + b"\0" * 3)[4 : (before + len(raw)) // 3 * 4]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def found(text: bytes | str, canaries: Mapping[str, str | bytes]) -> list[str]:
    """Names of the canaries that are in a text, with what stands before them."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return [
        f"{name}: ...{raw[max(0, at.start() - 80) : at.end()]!r}"
        for name, secret in canaries.items()
        for form in traces(secret)
        if (at := re.search(re.escape(form), raw))
    ]


def dump(url: str) -> bytes:
    """Every value of every table."""
    store = Store(url)
    metadata = MetaData()
    metadata.reflect(store.engine)
    with store.read() as session:
        values = [value for table in metadata.sorted_tables for row in session.execute(select(table)) for value in row]
    store.close()
    assert values
    return b"\n".join(value if isinstance(value, bytes) else _written(value) for value in values)


def _written(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return text.encode("utf-8", "surrogatepass")


def files_in(folder: Path, but: Iterable[str]) -> bytes:
    """The content of every file, except those that are there to hold secrets."""
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in {*but})
