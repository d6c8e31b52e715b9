"""A value that stands elsewhere: in the environment, in a file or in the vault. Its content never prints."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretBytes


@dataclass(frozen=True, slots=True)
class Reference:
    """A resolved `{$env: X}`, `{$file: path}` or `{$secret: name}`."""

    kind: Literal["env", "file", "secret"]
    name: str
    content: SecretBytes

    def __str__(self) -> str:
        """How a person would name the place."""
        return f"{self.kind} {self.name}"
