"""What an operator can set for a sender of Standard Webhooks."""

from typing import Annotated

from pydantic import Field, SecretStr

from hub.plugin import Config

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


class RetryPayConfig(Config):
    """Configuration of `use: retrypay`."""

    webhook_secret: SecretStr = Field(description="Signing secret (whsec_...) that the sender has, too")
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="More signing secrets, while one is being replaced"
    )
    signature_tolerance_s: int = Field(
        default=300, ge=1, le=86_399, description="Seconds that a delivery's signed time may be off"
    )
    test: bool = Field(default=False, description="Whether what is sent are tests: no real money")
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by the method of a payment that does not say its own, e.g. {wallet: '06'}",
    )

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every signing secret that a delivery may carry."""
        return (self.webhook_secret, *self.webhook_secrets)
