"""What an operator can set for a Stripe account."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from hub.plugin import Config

API_VERSION = "2026-10-28.endive"

BuyerField = Literal[
    "rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi", "email", "phone", "reference", "description"
]
FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


class StripeConfig(Config):
    """Configuration of `use: stripe`."""

    api_key: SecretStr = Field(description="Secret or restricted key (sk_... or rk_...); Stripe, Developers, API keys")
    webhook_secret: SecretStr | None = Field(
        default=None, description="Signing secret (whsec_...) of the webhook endpoint; leave out if you only pull"
    )
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="More signing secrets: while one is being rolled, or for a Connect endpoint"
    )
    api_version: str = Field(default=API_VERSION, description="Version of Stripe's API that every request asks for")
    api_url: str = Field(default="https://api.stripe.com", description="Address of Stripe's API")
    live_mode: bool | None = Field(
        default=None, description="Take live (true) or test (false) events only; left out, the kind of key decides"
    )
    accounts: tuple[str, ...] = Field(
        default=(), description="Connected accounts (acct_...) whose sales are pulled too; Connect platforms only"
    )
    fields: dict[BuyerField, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and the order number, e.g. {rfc: metadata.rfc_cliente}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment method, over the built-in table, e.g. {card.prepaid: '28', oxxo: '31'}",
    )
    lost_disputes: Literal["refund", "ignore"] = Field(
        default="refund", description="What a lost dispute is: money given back (refund) or nothing to invoice (ignore)"
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a bare payment says nothing about itself"
    )

    @property
    def live(self) -> bool:
        """Whether this instance takes live money."""
        if self.live_mode is None:
            return "_live_" in self.api_key.get_secret_value()[:8]
        return self.live_mode

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every signing secret that a delivery may carry."""
        single = () if self.webhook_secret is None else (self.webhook_secret,)
        return single + self.webhook_secrets
