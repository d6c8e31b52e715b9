"""What an operator can set for a Clip account."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
TOKEN_LENGTH = 16


class ClipConfig(Config):
    """Configuration of `use: clip`."""

    api_key: SecretStr = Field(description="API key of the application; dashboard.developer.clip.mx")
    api_secret: SecretStr | None = Field(
        default=None, description="Secret of the same application; left out, the key alone is sent (see authorization)"
    )
    authorization: Literal["basic", "bearer", "token"] = Field(
        default="basic",
        description="How Clip wants to be shown the key: Basic with key and secret, Bearer, or the bare key",
    )
    webhook_token: SecretStr | None = Field(
        default=None,
        min_length=TOKEN_LENGTH,
        description="Long random text that stands as ?token=... in the webhook's address; leave out if you only pull",
    )
    webhook_tokens: tuple[Annotated[SecretStr, Field(min_length=TOKEN_LENGTH)], ...] = Field(
        default=(), description="More such texts, while one is being replaced"
    )
    window_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Age up to which payments are listed again for what was refunded, and for what came late",
    )
    list_hours: int = Field(
        default=24, ge=1, le=744, description="Hours that one list of payments spans; Clip's pages are not documented"
    )
    tips: Literal["invoice", "leave_out"] = Field(
        default="leave_out", description="Whether a tip is a part of the sale (invoice) or the staff's own (leave_out)"
    )
    tips_in_amount: bool = Field(
        default=False, description="Whether Clip's amount has the tip in it already; left out, it stands beside it"
    )
    test: bool = Field(default=False, description="Whether the key is for tests: no real money")
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and order number, e.g. {rfc: checkout.metadata.rfc_cli}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment type in lower case, over the built-in table, e.g. {credit: '29'}",
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a payment says nothing about itself"
    )
    api_url: str = Field(default="https://api.payclip.com", description="Address of Clip's API")

    @model_validator(mode="after")
    def _basic_needs_both(self) -> Self:
        if self.authorization == "basic" and self.api_secret is None:
            raise ValueError("authorization basic needs api_secret, too")
        return self

    @property
    def tokens(self) -> tuple[SecretStr, ...]:
        """Every text that a notification's address may carry."""
        single = () if self.webhook_token is None else (self.webhook_token,)
        return single + self.webhook_tokens
