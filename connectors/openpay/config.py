"""What an operator can set for an OpenPay account."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
AmountField = Literal["subtotal", "discount", "iva"]


class OpenPayConfig(Config):
    """Configuration of `use: openpay`."""

    merchant_id: str = Field(
        pattern=r"^[A-Za-z0-9]+$",
        description="Merchant id; OpenPay, Configuración, Credenciales",
        examples=["m1abc2def"],
    )
    private_key: SecretStr = Field(description="Private key (sk_...) of the same page")
    sandbox: bool = Field(default=False, description="Whether merchant and key are of the sandbox: no real money")
    webhook_user: str = Field(default="hub", min_length=1, description="User that the webhook was made with")
    webhook_password: SecretStr | None = Field(
        default=None, description="Password that the webhook was made with; leave out if you only pull"
    )
    webhook_passwords: tuple[SecretStr, ...] = Field(
        default=(), description="More passwords, while a webhook is being replaced"
    )
    window_days: int = Field(
        default=90,
        ge=1,
        le=1000,
        description="Age up to which charges are read again for late payments, refunds and chargebacks",
    )
    stored_customers: bool = Field(
        default=False, description="Pull the charges of each stored customer too, a request for each of them"
    )
    amounts: dict[AmountField, str] = Field(
        default={"subtotal": "subtotal", "discount": "descuento", "iva": "iva"},
        description="Metadata of a charge in which the shop tells its amounts; {} leaves taxes to your product rules",
    )
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data and order number, e.g. {rfc: metadata.rfc_cliente}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment method, over the built-in table, e.g. {store: '31'}",
    )
    lost_chargebacks: Literal["refund", "ignore"] = Field(
        default="refund",
        description="What a lost chargeback is: money given back (refund) or nothing to invoice (ignore)",
    )
    description: str = Field(
        default="Venta", min_length=1, description="Text of the line when a charge says nothing about itself"
    )
    api_url: str | None = Field(
        default=None, description="Address of OpenPay's API; left out, that of the sandbox or of production"
    )

    @property
    def address(self) -> str:
        """The address of everything that the merchant has."""
        host = self.api_url or f"https://{'sandbox-api' if self.sandbox else 'api'}.openpay.mx"
        return f"{host}/v1/{self.merchant_id}"

    @property
    def passwords(self) -> tuple[SecretStr, ...]:
        """Every password that a delivery may carry."""
        single = () if self.webhook_password is None else (self.webhook_password,)
        return single + self.webhook_passwords
