"""Whether a value was read from its record: another value there must lead to another one here."""

import re
from collections.abc import Iterator
from typing import Any

STAND_INS = {"email": "otra.persona@otro-correo.example", "rfc": "URE180429TM6"}
"""Fields of a buyer, and another value of each."""


def replaced(value: Any, old: str, new: str) -> Any:
    """Plain data with one text in place of another, wherever it stands."""
    if isinstance(value, str):
        return re.sub(re.escape(old), lambda _: new, value, flags=re.IGNORECASE)
    if isinstance(value, dict):
        return {key: replaced(item, old, new) for key, item in value.items()}
    return [replaced(item, old, new) for item in value] if isinstance(value, list) else value


def stands_in(text: str, value: object) -> bool:
    """Whether plain data holds a text, whatever its case, spaces and signs."""
    return any(_letters(text) in _letters(found) for found in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
