"""What an operator can set for a Conekta account."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from hub.plugin import Config, FieldPaths

from .signature import public_key_of

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


def _pem(value: str) -> str:
    public_key_of(value)
    return value


PublicKey = Annotated[str, AfterValidator(_pem)]


class ConektaConfig(Config):
    """Configuration of `use: conekta`."""

    api_key: SecretStr = Field(description="Private key of the account (key_...); Conekta, Desarrolladores, API keys")
    live_mode: bool = Field(
        default=True, description="Whether api_key is of production (true) or of tests (false); a key does not show it"
    )
    public_key: PublicKey | None = Field(
        default=None, description="Webhook key (PEM) that deliveries are checked with; leave out if you only pull"
    )
    public_keys: tuple[PublicKey, ...] = Field(default=(), description="More webhook keys, while one is being renewed")
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and order number, e.g. {rfc: order.metadata.rfc_cliente}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment method, over the built-in table, e.g. {cash_payment: '31'}",
    )
    lost_chargebacks: Literal["refund", "ignore"] = Field(
        default="refund",
        description="What a lost chargeback is: money given back (refund) or nothing to invoice (ignore)",
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a charge without an order says nothing"
    )
    api_url: str = Field(default="https://api.conekta.io", description="Address of the API")
    api_version: str = Field(
        default="application/vnd.conekta-v2.3.0+json", description="Version of the API, as every request accepts it"
    )

    @property
    def keys(self) -> tuple[str, ...]:
        """Every webhook key that a delivery may be checked with."""
        single = () if self.public_key is None else (self.public_key,)
        return single + self.public_keys
