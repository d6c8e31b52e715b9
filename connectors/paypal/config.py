"""What an operator can set for a PayPal account."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


class PayPalConfig(Config):
    """Configuration of `use: paypal`."""

    client_id: str = Field(
        min_length=1,
        pattern=r"^[\x21-\x7e]+$",
        description="Client ID of the REST app; PayPal Developer, Apps & Credentials",
        examples=["AZDxjDScFpQtjWTOUtWKbyN_bDt4OgqaF4eYXlewfBP4"],
    )
    client_secret: SecretStr = Field(description="Secret of the same app")
    sandbox: bool = Field(default=False, description="Whether the app is of the sandbox: no real money")
    webhook_ids: tuple[str, ...] = Field(
        default=(),
        description="IDs of the app's webhooks, as its page shows them; part of what is signed. Empty: only pull",
    )
    signature_tolerance_s: int = Field(
        default=3600, ge=0, description="Seconds that a delivery's signed time may be off; 0 takes any"
    )
    look_back_days: int = Field(
        default=10,
        ge=0,
        le=90,
        description="Age up to which transactions are looked through for late changes, such as a payment that cleared",
    )
    search_days: int = Field(
        default=31,
        ge=1,
        le=31,
        description="Days that one search spans; lower it if PayPal says that a result is too large",
    )
    other_apps: bool = Field(
        default=True,
        description="Invoice payments that the app cannot read (buttons, other apps) by what the search tells of them",
    )
    lines: Literal["items", "description"] = Field(
        default="items", description="Lines of a sale: items of its order, or one line with its description"
    )
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and order number, e.g. {reference: capture.custom_id}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment source, over the built-in table, e.g. {paypal: '06', card.prepaid: '28'}",
    )
    lost_disputes: Literal["refund", "ignore"] = Field(
        default="refund", description="What a lost dispute is: money given back (refund) or nothing to invoice (ignore)"
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a payment says nothing about itself"
    )
    api_url: str | None = Field(
        default=None, description="Address of PayPal's API; left out, that of the sandbox or of production"
    )
    certificates_url: str | None = Field(
        default=None,
        description="Address that certificates are fetched from instead of the paypal.com host that a delivery names",
    )

    @property
    def address(self) -> str:
        """Where the API is."""
        return self.api_url or f"https://api-m.{'sandbox.' if self.sandbox else ''}paypal.com"
