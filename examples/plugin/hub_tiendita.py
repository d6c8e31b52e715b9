"""Sales of the shop system Tiendita, for Autofactura Hub."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import Field, SecretStr

from hub import plugin as hub


class TienditaConfig(hub.Config):
    shop: str = Field(description="Subdomain of your shop")
    api_key: SecretStr = Field(description="Tiendita, Settings, API keys; it needs to read orders")


class Tiendita(hub.Source[TienditaConfig]):
    name = "tiendita"

    def client(self) -> hub.Client:
        url = f"https://{self.config.shop}.tiendita.example/api"
        return hub.Client(base_url=url, auth=hub.Bearer(self.config.api_key))

    def check(self, http: hub.Http) -> str:
        return f"shop {http.get('/me')['name']}"

    def pages(self, http: hub.Http, since: datetime) -> Iterator[hub.Page]:
        after = ""
        while orders := http.get("/orders", {"changed_since": since.isoformat(), "after": after})["orders"]:
            yield hub.Page.oldest_first(orders, by="changed_at")
            after = orders[-1]["id"]

    def to_sale(self, record: hub.Record) -> hub.Movement:
        if record["status"] != "paid":
            return hub.Ignored(f"order {record['number']} is {record['status']}")
        items = record["items"]
        lines = tuple(hub.Line(description=i["title"], unit_price=i["price"], total=i["price"]) for i in items)
        money = {"currency": "MXN", "total": record["total"], "forma_pago": record["forma_pago"], "lines": lines}
        buyer = hub.Buyer(email=record["email"])
        return hub.Sale(id=record["id"], reference=record["number"], sold_at=record["paid_at"], buyer=buyer, **money)


@hub.hookimpl
def hub_sources() -> Iterable[type[hub.Source[Any]]]:
    return [Tiendita]
