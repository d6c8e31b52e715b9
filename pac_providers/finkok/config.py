"""What an operator says about a Finkok account."""

from typing import Literal

from pydantic import Field, SecretStr

from hub.plugin import PacConfig

HOSTS = {
    "sandbox": "https://demo-facturacion.finkok.com",
    "production": "https://facturacion.finkok.com",
}


class FinkokConfig(PacConfig):
    """A Finkok account: the user and password of its panel."""

    username: str = Field(description="User of Finkok's panel, usually an e-mail address; demo and production differ")
    password: SecretStr = Field(description="Password of that user")
    rfc: str = Field(default="", description="RFC of the account whose stamps are counted; needed for the balance only")
    customer_type: Literal["on_demand", "prepaid"] = Field(
        default="on_demand", description="How an issuer that the hub registers pays for its stamps"
    )
    url: str | None = Field(default=None, description="Address of the service, if it is not Finkok's own; for tests")
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer; stamping may take many")

    def base_url(self) -> str:
        """Where this account lives."""
        return self.url or HOSTS[self.environment]
