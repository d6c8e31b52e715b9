"""What an operator can set for a WooCommerce shop."""

import html
import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
_SAFE = re.compile(r"https://[^/?#@]+(/[^?#]*)?|http://(127\.0\.0\.1|localhost)(:\d+)?/?")


def _safe(address: str) -> str:
    if not _SAFE.fullmatch(address):
        raise ValueError("give the shop's address with https://; over plain http the key could be read on its way")
    return address.rstrip("/")


class WooCommerceConfig(Config):
    """Configuration of `use: woocommerce`."""

    shop_url: Annotated[str, AfterValidator(_safe)] = Field(
        description="Address of the shop, with the folder that WordPress is in if there is one",
        examples=["https://tienda.example"],
    )
    consumer_key: SecretStr = Field(description="Consumer key (ck_...) with permission Read")
    consumer_secret: SecretStr = Field(description="Consumer secret (cs_...) of the same key")
    webhook_secret: SecretStr | None = Field(
        default=None, description="Secret that signs the shop's webhooks; leave out to only pull"
    )
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(), description="More signing secrets, while one is being renewed"
    )
    live_mode: bool = Field(
        default=True, description="Take real payments (true), or only those that a gateway marked as tests (false)"
    )
    paid_statuses: tuple[str, ...] = Field(
        default=("processing", "completed"), description="Statuses of an order that is paid; add the shop's own ones"
    )
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data, e.g. {rfc: meta._billing_nif}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by the id of the payment method, over the built-in table, e.g. {stripe: '28'}",
    )
    payment_ids: tuple[str, ...] = Field(
        default=(), description="More meta keys in which a gateway writes the number of its payment"
    )
    pretty_links: bool = Field(
        default=True, description="Whether WordPress has permalinks (/wp-json/...); false for sites with plain links"
    )
    per_second: float = Field(default=2, gt=0, description="Requests in a second; hosts block those who ask in haste")

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every secret that a webhook may be signed with: as typed, and as WordPress keeps one with `&amp;` in it."""
        single = () if self.webhook_secret is None else (self.webhook_secret,)
        typed = single + self.webhook_secrets
        return typed + tuple(SecretStr(html.unescape(secret.get_secret_value())) for secret in typed)
