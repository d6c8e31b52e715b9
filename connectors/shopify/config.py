"""What an operator can set for a Shopify shop."""

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from hub.plugin import Config

API_VERSION = "2026-10"

BuyerField = Literal["rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi", "email", "phone"]
FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
MoneyKind = Literal["shop", "presentment"]


class ShopifyConfig(Config):
    """Configuration of `use: shopify`."""

    shop: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$", description="The shop's own domain, e.g. tienda.myshopify.com"
    )
    access_token: SecretStr | None = Field(
        default=None, description="Access token (shpat_...) of a custom app; or leave out and give client_id"
    )
    client_id: str = Field(
        default="", description="Client ID of an app of the Dev Dashboard that is installed in the shop"
    )
    client_secret: SecretStr | None = Field(
        default=None, description="Client secret of the app: gets tokens with client_id, and proves webhooks"
    )
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(),
        description="More secrets that webhooks may be signed with: the old one while the client secret is rotated,"
        " or the one shown in the admin under Settings, Notifications, Webhooks",
    )
    api_version: str = Field(
        default=API_VERSION,
        pattern=r"^\d{4}-\d{2}$",
        description="Version of the Admin API that every request asks for",
    )
    api_url: str = Field(default="", description="Address of the shop's Admin API; left out, https:// and the shop")
    live_mode: bool = Field(
        default=True, description="Take real orders (true), or test orders only (false; for a development store)"
    )
    money: MoneyKind = Field(
        default="shop",
        description="Invoice in the shop's currency (shop) or in the one the buyer paid in (presentment)",
    )
    customer_data: bool = Field(
        default=True,
        description="Read name, e-mail, phone and billing address; false if the app has no access to protected"
        " customer data of level 2",
    )
    gift_cards_sold: Literal["advance", "ignore"] = Field(
        default="advance",
        description="A gift card that was sold is an advance payment (advance, key 84111506), or nothing to invoice"
        " until it is redeemed (ignore)",
    )
    lost_disputes: Literal["refund", "ignore"] = Field(
        default="refund", description="What a lost chargeback is: money given back (refund) or nothing (ignore)"
    )
    fields: dict[BuyerField, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data, e.g. {rfc: attributes.RFC cliente,"
        " uso_cfdi: customer.metafields.facturacion.uso}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by gateway or payment method, over the built-in table, e.g. {gift_card: '01'}",
    )
    write_back_metafield: str = Field(
        default="cfdi.factura",
        pattern=r"^(\$app:)?[A-Za-z0-9_-]{3,240}\.[A-Za-z0-9_-]{3,64}$",
        description="Metafield of an order (namespace.key, type json) that what became of the sale is written to",
    )
    authorization_code: bool = Field(
        default=False,
        description="Read what the gateway calls each payment (pi_... of Stripe), so that the hub finds it by"
        " `paid_through`; Shopify calls the field authorizationCode deprecated since 2026-01 and still answers it",
    )
    orders_per_page: int = Field(
        default=10,
        ge=1,
        le=100,
        description="Orders in one request; lower it if Shopify says that a query costs too much",
    )

    @model_validator(mode="after")
    def _some_way_in(self) -> Self:
        if self.access_token is None and not (self.client_id and self.client_secret):
            raise ValueError("give access_token, or client_id and client_secret")
        return self

    @property
    def address(self) -> str:
        """Where the shop's Admin API is."""
        return self.api_url or f"https://{self.shop}"

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every secret that a webhook may be signed with."""
        own = () if self.client_secret is None else (self.client_secret,)
        return own + self.webhook_secrets
