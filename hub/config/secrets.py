"""Keeping passwords out of what is shown."""

import re

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):([^\s]*)@")


def without_password(url: str) -> str:
    """`postgresql://hub:secret@db/hub` -> `postgresql://hub:***@db/hub`; also in a query string."""
    hidden = _PASSWORD.sub(r"\1:***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword|passfile)=)[^&]*", r"\1***", hidden)
