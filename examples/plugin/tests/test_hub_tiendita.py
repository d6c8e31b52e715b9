"""The conformance kit of the hub plays the shop; nothing of the plugin is replaced."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
from hub_tiendita import Tiendita, TienditaConfig

from hub.plugin import Record
from hub.testing import SourceContract

KEY = "canary-5ecret-value"


def order(key: str, minute: int, total: str) -> dict[str, Any]:
    at = f"2026-03-04T12:{minute:02}:00+00:00"
    item = {"title": "Piñata", "price": total}
    return {
        "id": key, "number": f"T-{key}", "status": "paid", "changed_at": at, "paid_at": at, "forma_pago": "03",
        "email": "ana@correo.example", "total": total, "items": [item],
    }  # fmt: skip


ORDERS = [order("A1", 1, "199.90"), order("A2", 2, "1160.00"), order("A3", 3, "0.01")]


class TestTiendita(SourceContract):
    plugin = Tiendita
    config = TienditaConfig(shop="demo", api_key=KEY)
    movements = {order["id"]: f"{Decimal(order['total'])} MXN" for order in ORDERS}

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return httpx.Response(401)
        if request.url.path == "/api/me":
            return httpx.Response(200, json={"name": "demo"})
        since = datetime.fromisoformat(request.url.params["changed_since"])
        changed = [one for one in ORDERS if datetime.fromisoformat(one["changed_at"]) >= since]
        found = [one for one in changed if one["id"] > request.url.params["after"]]
        return httpx.Response(200, json={"orders": found[:2]})

    def broken(self, record: Record) -> Record:
        return {**record, "items": []}
