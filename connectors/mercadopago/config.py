"""What an operator can set for a Mercado Pago account."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]


class MercadoPagoConfig(Config):
    """Configuration of `use: mercadopago`."""

    access_token: SecretStr = Field(
        description="Access token of the account (APP_USR-... or TEST-...); Tus integraciones, Credenciales"
    )
    collector_id: str = Field(
        pattern=r"^\d+$",
        description="The account's user number; what others collect with the same application is ignored",
        examples=["123456789"],
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="Secret that signs the notifications; Tus integraciones, Webhooks; leave out to only pull",
    )
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="More signing secrets, while one is being renewed"
    )
    signature_tolerance_s: int = Field(
        default=600, ge=0, description="Seconds that a signature may be old; 0 takes any age"
    )
    unsigned_notifications: bool = Field(
        default=False,
        description="Take unsigned notifications too (IPN, QR): hints only, every payment is read again with the token",
    )
    live_mode: bool | None = Field(
        default=None, description="Take live (true) or test (false) payments only; left out, the kind of token decides"
    )
    ignored_operations: tuple[str, ...] = Field(
        default=("account_fund", "cellphone_recharge", "investment", "money_exchange", "money_transfer"),
        description="Values of operation_type that are no sale, such as money that somebody sends to the account",
    )
    lines: Literal["items", "description"] = Field(
        default="items",
        description="Lines of a sale: items of the payment or its order, or one line with the payment's description",
    )
    shipping: Literal["invoice", "leave_out"] = Field(
        default="invoice", description="Whether the shipping that the buyer paid is the seller's sale (invoice) or not"
    )
    coupons: Literal["mercado_pago", "seller"] = Field(
        default="mercado_pago", description="Who bears coupons: only the seller's own lower what was sold"
    )
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and order number, e.g. {rfc: payment.metadata.rfc_cliente}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment type or type.method, over the built-in table, e.g. {ticket.oxxo: '31'}",
    )
    lost_chargebacks: Literal["refund", "ignore"] = Field(
        default="refund",
        description="What a lost chargeback is: money given back (refund) or nothing to invoice (ignore)",
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a payment says nothing about itself"
    )
    api_url: str = Field(default="https://api.mercadopago.com", description="Address of Mercado Pago's API")

    @property
    def live(self) -> bool:
        """Whether this instance takes live money."""
        if self.live_mode is None:
            return not self.access_token.get_secret_value().startswith("TEST-")
        return self.live_mode

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every signing secret that a notification may carry."""
        single = () if self.webhook_secret is None else (self.webhook_secret,)
        return single + self.webhook_secrets
