"""The PACs of an issuer: one name, or several in the order in which they are tried."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from .section import refused


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _useful(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise refused("names no pac", "write the name of one, or several in the order in which they are tried")
    if len(set(names)) < len(names):
        raise refused("names a pac twice", "each name once, in the order in which they are tried")
    return names


PacOrder = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    AfterValidator(_useful),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            ]
        }
    ),
]
"""Names of `pacs`; in the file one name may stand alone."""
