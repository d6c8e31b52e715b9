"""What an operator can set for outgoing mail."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from hub.plugin import Config

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class EmailConfig(Config):
    """Configuration of `use: email`."""

    host: str = Field(min_length=1, description="Your provider's SMTP server, e.g. smtp.gmail.com")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="Port; left out, 587 for starttls, 465 for tls, 25 for none"
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection is encrypted; none only for a server on this machine"
    )
    username: str = Field(default="", description="User name, often the whole address; left out, no login")
    password: SecretStr = Field(default=SecretStr(""), description="Password; Gmail and Outlook want an app password")
    from_address: str = Field(
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="Address that mail comes from; SPF and DKIM must allow this server",
    )
    from_name: str = Field(default="", description="Name beside the address, if a message brings none of its own")
    timeout_s: float = Field(default=30, gt=0, description="Seconds to wait for the server")
    ca_file: Path | None = Field(
        default=None, description="Certificate authority of your own server; left out, those that this machine trusts"
    )

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.security == "none" and self.username and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError("security: none would send the password unencrypted; use starttls or tls")
        return self

    @property
    def effective_port(self) -> int:
        """The port, or the usual one for the security."""
        return self.port or DEFAULT_PORTS[self.security]
