"""What an operator configures, and the two APIs' addresses."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from hub.plugin import PacConfig

_HOSTS = {"sandbox": "https://apisandbox.facturama.mx", "production": "https://api.facturama.mx"}


class FacturamaConfig(PacConfig):
    """An account of Facturama; sandbox and production accounts are separate."""

    api: Literal["multiemisor", "web"] = Field(
        default="multiemisor",
        description="multiemisor: many issuers, each with its CSD; web: one issuer, the account's fiscal profile",
    )
    user: str = Field(description="User of the Facturama account")
    password: SecretStr = Field(description="Password of the Facturama account")
    rfc: str = Field(default="", description="RFC of the account's fiscal profile; only with api: web, which needs it")
    url: str | None = Field(default=None, description="Another address than Facturama's own for the environment")
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer")

    @model_validator(mode="after")
    def _web_has_one_issuer(self) -> "FacturamaConfig":
        if (self.api == "web") != bool(self.rfc):
            raise ValueError("rfc is needed with api: web, and only there")
        return self

    @property
    def address(self) -> str:
        """Where the API is."""
        return self.url or _HOSTS[self.environment]

    @property
    def paths(self) -> "Paths":
        """The addresses of the chosen API."""
        return _MULTIEMISOR if self.api == "multiemisor" else _WEB


@dataclass(frozen=True, slots=True)
class Paths:
    """Addresses that differ. `kind` is what Facturama calls its lists: `issued` or `issuedLite`."""

    create: str
    kind: str
    cancel: str
    cancel_params: tuple[tuple[str, str], ...] = ()


_MULTIEMISOR = Paths("/api-lite/3/cfdis", "issuedLite", "/api-lite/cfdis/")
_WEB = Paths("/3/cfdis", "issued", "/cfdi/", (("type", "issued"),))
