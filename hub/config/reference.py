"""A value that stands elsewhere: in the environment or in a file. Its content never prints."""

from dataclasses import dataclass
from typing import Literal

from pydantic import SecretBytes


@dataclass(frozen=True, slots=True)
class Reference:
    """A resolved `{$env: X}` or `{$file: path}`."""

    kind: Literal["env", "file"]
    name: str
    content: SecretBytes

    def __str__(self) -> str:
        """How a person would name the place."""
        return f"env {self.name}" if self.kind == "env" else f"file {self.name}"
