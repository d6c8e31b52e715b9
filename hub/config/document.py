"""A configuration file after reading: plain values, and the line of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

Key = tuple[str | int, ...]
"""Where a value stands: `("sources", "stripe-mx", "api_key")`."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. `tree` holds mappings, lists, None, `Scalar` and `Reference`, nothing else."""

    path: Path
    tree: dict[str, Any] = field(default_factory=dict, repr=False)
    lines: Mapping[Key, int] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def line_of(self, key: Key) -> int | None:
        """The line of a value, or else of the nearest section around it."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key[:-1]
        return None


def dotted(key: Key) -> str:
    """`("issuers", "tienda", "products", 0)` -> `issuers.tienda.products[0]`."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
