"""The secrets of this process, and text without them."""

import json
import resource
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

MASK = "[secret]"
SHORTEST = 8  # masking shorter values would mask half of every line


class Mask:
    """Replaces every known secret in a text, the longest first, in whatever form it stands there."""

    def __init__(self, secrets: Iterable[str | bytes] = ()) -> None:
        self.secrets = frozenset(secret for secret in secrets if len(secret) >= SHORTEST)
        forms = {form for secret in self.secrets for form in _forms(secret)}
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text with the mask in place of each secret."""
        if len(text) < SHORTEST:
            return text
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


class _Known:
    """One for the process: what is written to the database has to be clean, whoever writes it."""

    mask = Mask()


def learn(secrets: Iterable[str | bytes]) -> None:
    """From now on these are secrets, too."""
    _Known.mask = Mask({*_Known.mask.secrets, *secrets})


def no_core_dump() -> None:
    """A crash of this process, or of one that it starts, writes none of its memory to the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def masked(text: str) -> str:
    """The text without the secrets that this process has learned."""
    return _Known.mask(text)


def _forms(secret: str | bytes) -> Iterator[str]:
    """As it is, as errors, drivers and addresses quote it, and encoded."""
    raw = secret.encode() if isinstance(secret, str) else secret
    text = secret if isinstance(secret, str) else secret.decode("latin-1")
    yield text
    yield repr(text)[1:-1]
    yield repr(raw)[2:-1]
    yield json.dumps(text)[1:-1]
    yield escape(text)
    yield escape(text, quote=False)
    yield quote(raw, safe="")
    yield quote_plus(raw)
    yield raw.hex()
    yield raw.hex().upper()
    for standard in _base64(raw):
        yield standard
        yield standard.replace("+", "-").replace("/", "_")


def _base64(raw: bytes) -> Iterator[str]:
    """As it looks inside the base64 of something longer, such as `user:password`: at each of three places."""
    for before in range(3):
        encoded = b64encode(bytes(before) + raw).decode()
        yield encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
