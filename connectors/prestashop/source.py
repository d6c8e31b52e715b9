"""The PrestaShop source: its web service is asked for what changed; it has no webhooks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import SecretStr

from hub.plugin import Basic, Client, ConfigError, Http, Movement, Page, Record, Source

from . import pages, to_sale
from .api import RESOURCES, listed
from .config import PrestaShopConfig


class PrestaShopSource(Source[PrestaShopConfig]):
    """Paid orders and credit slips of one PrestaShop shop."""

    name = "prestashop"
    overlap: ClassVar[timedelta] = timedelta(hours=2)
    """Times come without their zone, so in autumn, where clocks are set back, an hour comes twice."""

    def client(self) -> Client:
        """The key is the user, and there is no password."""
        auth = Basic(self.config.webservice_key.get_secret_value(), SecretStr(""))
        return Client(base_url=self.config.shop_url, auth=auth, headers={"output-format": "JSON"})

    def check(self, http: Http) -> str:
        """Ask each resource for one number."""
        refused = {name: why for name in RESOURCES if (why := _refusal(http, name))}
        if len(refused) == len(RESOURCES):
            raise ConfigError(
                next(iter(refused.values())),
                hint="Advanced parameters, Webservice: switch it on, and compare webservice_key; shop_url is the shop's"
                " address without /api",
            )
        if refused:
            raise ConfigError(
                f"the key may not read {', '.join(refused)}",
                hint="Advanced parameters, Webservice: tick View (GET) of these for the key",
            )
        return f"PrestaShop answers at {self.config.shop_url}"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """What changed since then."""
        return pages.pages(http, since, self.config)

    def to_sale(self, record: Record) -> Movement:
        """One composed record -> sale, refund, or why it is neither."""
        return to_sale.to_sale(record, self.config)


def _refusal(http: Http, resource: str) -> str:
    try:
        listed(http, resource, {"display": "[id]", "limit": "1"})
    except ConfigError as error:
        return str(error)
    return ""
