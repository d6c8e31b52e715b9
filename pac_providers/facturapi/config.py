"""What an operator says about an organization at Facturapi."""

from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator

from hub.plugin import PacConfig

_KEYS = {"sandbox": "sk_test_", "production": "sk_live_"}


class FacturapiConfig(PacConfig):
    """One organization: one issuer. Test and live are two keys of the same address."""

    secret_key: SecretStr = Field(description="Secret key of the organization: sk_test_... or sk_live_...")
    rfc: str = Field(description="RFC of the organization; it issues for nobody else")
    time_zone: str = Field(
        default="America/Mexico_City",
        description="IANA time zone of the places of issue: Facturapi takes dates in UTC",
        examples=["America/Tijuana"],
    )
    rounds: Literal["unknown", "at_the_end", "by_tax"] = Field(
        default="unknown",
        description="Where Facturapi rounds its total; while unknown, a sale whose total depends on it is not sent",
    )
    url: str = Field(default="https://www.facturapi.io/v2", description="Address of the API; change it for tests only")
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer; stamping may take many")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"there is no time zone {name!r}; write it as America/Mexico_City")
        return name

    @model_validator(mode="after")
    def _key_fits_environment(self) -> "FacturapiConfig":
        if not self.secret_key.get_secret_value().startswith(_KEYS[self.environment]):
            raise ValueError(f"environment: {self.environment} needs a key that starts with {_KEYS[self.environment]}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone as such."""
        return ZoneInfo(self.time_zone)
