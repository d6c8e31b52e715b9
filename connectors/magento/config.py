"""What an operator can set for a Magento shop."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from hub.plugin import Config, FieldPaths

from .signature import public_key_of

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
_SAFE = re.compile(r"(https://[^/?#@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)(/[^?#]*)?/V1/?")


def _safe(address: str) -> str:
    if not _SAFE.fullmatch(address):
        raise ValueError("give the address with https:// and up to /V1, such as https://tienda.example/rest/V1")
    return address.rstrip("/")


def _pem(value: str) -> str:
    public_key_of(value)
    return value


PublicKey = Annotated[str, AfterValidator(_pem)]


class MagentoConfig(Config):
    """Configuration of `use: magento`."""

    api_url: Annotated[str, AfterValidator(_safe)] = Field(
        description="Address of the REST API, up to /V1; with the code of a store view if you need one",
        examples=["https://tienda.example/rest/V1"],
    )
    access_token: SecretStr = Field(description="Access token of an integration")
    access_token_secret: SecretStr | None = Field(
        default=None,
        description="Access token secret of the integration; with the two of the consumer, requests are signed (OAuth"
        " 1.0a), without all three the token is sent as it is (Bearer)",
    )
    consumer_key: SecretStr | None = Field(default=None, description="Consumer key of the integration")
    consumer_secret: SecretStr | None = Field(default=None, description="Consumer secret of the integration")
    public_key: PublicKey | None = Field(
        default=None, description="Public key (PEM) of Adobe Commerce's webhook signature; leave out to only pull"
    )
    public_keys: tuple[PublicKey, ...] = Field(default=(), description="More public keys, while one is being renewed")
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data, e.g. {rfc: order.extension_attributes.rfc}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment method, over the built-in table, e.g. {stripe_payments: '28'}",
    )
    test: bool = Field(default=False, description="Whether the whole shop is for trials: no real money")
    test_methods: tuple[str, ...] = Field(
        default=(),
        description="Payment methods that move no real money, such as one in test mode: their orders are tests",
    )

    @model_validator(mode="after")
    def _all_three_or_none(self) -> Self:
        given = [part is not None for part in (self.consumer_key, self.consumer_secret, self.access_token_secret)]
        if any(given) and not all(given):
            raise ValueError("give consumer_key, consumer_secret and access_token_secret, or none of the three")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """Every public key that a delivery may be checked with."""
        single = () if self.public_key is None else (self.public_key,)
        return single + self.public_keys
