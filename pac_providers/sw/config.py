"""What an operator says about an SW account."""

from typing import NamedTuple, Self

from pydantic import Field, SecretStr, model_validator

from hub.plugin import PacConfig


class Hosts(NamedTuple):
    """Where an account lives: stamps, everything kept, and SAT's status service."""

    services: str
    api: str
    status: str


HOSTS = {
    "sandbox": Hosts(
        "https://services.test.sw.com.mx",
        "https://api.test.sw.com.mx",
        "https://consultaqrfacturaelectronicatest.sw.com.mx",
    ),
    # SW has no status service of its own for real invoices: this is SAT's.
    "production": Hosts(
        "https://services.sw.com.mx",
        "https://api.sw.com.mx",
        "https://consultaqr.facturaelectronica.sat.gob.mx",
    ),
}


class SwConfig(PacConfig):
    """An SW account: a token without end, or user and password."""

    token: SecretStr | None = Field(
        default=None, min_length=1, description="Infinite token made in SW's portal; the better choice"
    )
    user: str = Field(default="", description="User of the account, if there is no token")
    password: SecretStr | None = Field(default=None, min_length=1, description="Password of that user")
    url: str | None = Field(default=None, description="Address of the services, if it is not SW's own; for tests")
    api_url: str | None = Field(default=None, description="Address of SW's api, if it is not SW's own; for tests")
    status_url: str | None = Field(
        default=None, description="Address of the status service, if it is another; for tests"
    )
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer; stamping may take many")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.token is None) == (self.password is None) or (self.password is not None) != bool(self.user):
            raise ValueError("give either token, or user and password")
        return self

    def hosts(self) -> Hosts:
        """Where this account lives."""
        own = HOSTS[self.environment]
        return Hosts(self.url or own.services, self.api_url or own.api, self.status_url or own.status)
