"""Keeping passwords out of what is shown."""

import re
from collections.abc import Iterable

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):([^\s]*)@")


def without_password(url: str) -> str:
    """`postgresql://hub:secret@db/hub` -> `postgresql://hub:***@db/hub`; also in a query string."""
    hidden = _PASSWORD.sub(r"\1:***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword|passfile)=)[^&]*", r"\1***", hidden)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text with every known secret hidden, the longest first; ones too short to be secrets are left alone."""
    for secret in sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
