"""What an operator can set for a PrestaShop shop."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr

from hub.plugin import Config, FieldPaths

FormaPago = Annotated[str, Field(pattern=r"^\d{2}$")]
_SAFE = re.compile(r"https://[^/?#@]+(/[^?#]*)?|http://(127\.0\.0\.1|localhost)(:\d+)?/?")


def _safe(address: str) -> str:
    if not _SAFE.fullmatch(address):
        raise ValueError("give the shop's address with https://; over plain http the key could be read on its way")
    return address.rstrip("/")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write it as America/Mexico_City") from None
    return name


class PrestaShopConfig(Config):
    """Configuration of `use: prestashop`."""

    shop_url: Annotated[str, AfterValidator(_safe)] = Field(
        description="Address of the shop, with its folder if there is one", examples=["https://tienda.example"]
    )
    webservice_key: SecretStr = Field(description="Key of the web service, with GET alone; see the README")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="America/Mexico_City",
        description="The shop's time zone, as International, Localization says: PrestaShop tells times without it",
    )
    fields: FieldPaths = Field(
        default_factory=dict,
        description="Where your shop keeps the buyer's data, e.g. {rfc: address.other, nombre: address.company}",
    )
    formas_pago: dict[str, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by payment module, over the built-in table, e.g. {mi_modulo: '28'}",
    )
    test: bool = Field(default=False, description="Whether the whole shop is for trials: no real money")
    test_methods: tuple[str, ...] = Field(
        default=(),
        description="Payment modules that move no real money, such as one in test mode: their orders are tests",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.time_zone)
