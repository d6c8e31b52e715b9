"""What an operator says about an account at timbrado.com.mx, and where its services are."""

from dataclasses import dataclass

from pydantic import Field, SecretStr, model_validator

from hub.plugin import PacConfig

EXPERIMENTAL = "EXPERIMENTAL: written from public clients alone, never confirmed by ATEB"
CONFIRMATION = "I have confirmed with ATEB how a lost stamp is recovered"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The services of one environment. No service that shows an earlier stamp is known for tests."""

    stamp: str
    cancel: str
    recover: str = ""


_ADDRESSES = {
    "sandbox": Addresses(
        "https://develop.timbrado.com.mx/wsTimbrado.asmx",
        "https://develop.timbrado.com.mx/CancelacionServices/CancelacionServices.asmx",
    ),
    "production": Addresses(
        "https://cfdi33.timbrado.com.mx/wsTimbrado.asmx",
        "https://cfdi.timbrado.com.mx/CancelacionServices/CancelacionServices.asmx",
        "https://cfdi.timbrado.com.mx/cfdi/wstimbradorec.asmx",
    ),
}


class TimbradoConfig(PacConfig):
    """An account at timbrado.com.mx, which is taken to be the PAC ATEB. Experimental."""

    username: str = Field(description="User of the web service")
    password: SecretStr = Field(description="Password of that user")
    confirmation: str = Field(
        default="",
        description=f"EXPERIMENTAL. Production needs these very words here: {CONFIRMATION}",
    )
    stamp_url: str | None = Field(default=None, description="Another address of wsTimbrado.asmx, as ATEB gives it")
    cancel_url: str | None = Field(default=None, description="Another address of CancelacionServices.asmx")
    recover_url: str | None = Field(default=None, description="Another address of wstimbradorec.asmx; none for tests")
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer; stamping may take many")

    @model_validator(mode="after")
    def _production_is_confirmed(self) -> "TimbradoConfig":
        if self.environment == "production" and self.confirmation != CONFIRMATION:
            raise ValueError(
                f"this PAC is experimental and makes no real invoices until confirmation says: {CONFIRMATION}"
            )
        return self

    @property
    def addresses(self) -> Addresses:
        """Where its services are."""
        known = _ADDRESSES[self.environment]
        return Addresses(
            self.stamp_url or known.stamp, self.cancel_url or known.cancel, self.recover_url or known.recover
        )
