"""A shop beyond the wire: its orders and refunds, its API, its webhooks; and the source plugin that reads it."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from pydantic import SecretStr

from hub.plugin import (
    Buyer,
    Client,
    Config,
    Http,
    Ignored,
    Line,
    Movement,
    Page,
    RawRequest,
    Record,
    Refund,
    Sale,
    WebhookSource,
    hookimpl,
    verify_hmac,
)

SECRET = "secret of the simulated shop"
PER_PAGE = 2


@dataclass
class Shop:
    """What the shop knows. `told` hears of every change, with what a webhook would say of it."""

    now: Callable[[], datetime]
    told: Callable[[Record], None]
    dated: bool = True
    """Whether its records carry the time of their last change."""
    things: dict[str, Record] = field(default_factory=dict)
    changed_at: dict[str, datetime] = field(default_factory=dict)
    _events: int = 0

    def sell(self, number: int, lines: list[tuple[str, Decimal]], **more: Any) -> str:
        key = f"order_{number}"
        order = {"id": key, "kind": "order", "number": f"T-{number}", "sold_at": self.now().isoformat(), **more}
        self._keep(order | {"lines": [[text, str(total)] for text, total in lines]})
        return key

    def amend(self, key: str, **changes: Any) -> None:
        self._keep(self.things[key] | changes)

    def refund(self, number: int, order: str, amount: Decimal) -> str:
        key = f"refund_{number}"
        self._keep({"id": key, "kind": "refund", "order": order, "amount": str(amount), "status": "succeeded",
                    "at": self.now().isoformat()})  # fmt: skip
        return key

    def reverse(self, refund: str) -> None:
        """The bank sent the refund back."""
        self._keep(self.things[refund] | {"status": "reversed"})

    def total_of(self, order: str) -> Decimal:
        return sum((Decimal(total) for _, total in self.things[order]["lines"]), Decimal(0))

    def refunded_of(self, order: str) -> Decimal:
        refunds = (thing for thing in self.things.values() if thing.get("order") == order)
        return sum((Decimal(one["amount"]) for one in refunds if one["status"] == "succeeded"), Decimal(0))

    def orders(self) -> list[str]:
        return [key for key, thing in self.things.items() if thing["kind"] == "order"]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """`GET /changes?since&after` and `GET /things/{id}`."""
        if request.url.path == "/changes":
            return httpx.Response(200, json=self._page(request.url.params["since"], request.url.params["after"]))
        found = self.things.get(request.url.path.removeprefix("/things/"))
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    def _page(self, since: str, after: str) -> dict[str, Any]:
        changed = sorted((at.isoformat(), key) for key, at in self.changed_at.items())
        found = [(at, key) for at, key in changed if at >= since and f"{at} {key}" > after][:PER_PAGE]
        last = f"{found[-1][0]} {found[-1][1]}" if found else ""
        return {"records": [self.things[key] for _, key in found], "last": last, "until": found[-1][0] if found else ""}

    def _keep(self, thing: Record) -> None:
        key, now = thing["id"], self.now()
        # No two changes at one moment, so that their order is known.
        now = max(now, max(self.changed_at.values(), default=now - timedelta(1)) + timedelta(milliseconds=1))
        self.things[key] = thing | ({"changed_at": now.isoformat()} if self.dated else {})
        self.changed_at[key] = now
        self._events += 1
        self.told({"id": f"event_{self._events}", "thing": key, "record": self.things[key]})


def delivery(event: Record, *, complete: bool) -> tuple[dict[str, str], bytes]:
    """Headers and body of a webhook: the whole record, or only its name."""
    told = event if complete else {name: value for name, value in event.items() if name != "record"}
    body = json.dumps(told).encode()
    return {"x-signature": hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()}, body


class ShopConfig(Config):
    """Nothing to set."""


class SimulatedShop(WebhookSource[ShopConfig]):
    """The source, as a plugin author would write it."""

    name = "simulated-shop"

    def client(self) -> Client:
        return Client("http://shop.simulated", transport=httpx.MockTransport(lambda _: httpx.Response(500)))

    def check(self, http: Http) -> str:
        http.get("/changes", {"since": "", "after": ""})
        return "the shop answers"

    def verify(self, request: RawRequest) -> None:
        verify_hmac(request, "x-signature", [SecretStr(SECRET)])

    def delivery_key(self, request: RawRequest) -> str:
        return json.loads(request.body)["id"]

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        event = json.loads(request.body, parse_float=Decimal)
        return [event.get("record", event["thing"])]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        found = http.find(f"/things/{identifier}")
        return [] if found is None else [found]

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        after = ""
        while True:
            page = http.get("/changes", {"since": since.isoformat(), "after": after})
            if not page["records"]:
                return
            yield Page(page["records"], datetime.fromisoformat(page["until"]))
            after = page["last"]

    def to_sale(self, record: Record) -> Movement:
        return _sale(record) if record["kind"] == "order" else _refund(record)


def _sale(record: Record) -> Sale:
    lines = tuple(Line(description=text, unit_price=total, total=total) for text, total in record["lines"])
    return Sale(
        id=record["id"],
        reference=record["number"],
        sold_at=record["sold_at"],
        updated_at=record.get("changed_at"),
        currency="MXN",
        total=sum((line.total for line in lines), Decimal(0)),
        lines=lines,
        forma_pago=record.get("forma_pago"),
        buyer=Buyer(**record.get("buyer", {})),
    )


def _refund(record: Record) -> Refund:
    return Refund(
        id=record["id"],
        sale_id=record["order"],
        refunded_at=record["at"],
        currency="MXN",
        amount=record["amount"],
        status=record["status"],
    )


@hookimpl
def hub_sources() -> list[type[SimulatedShop]]:
    return [SimulatedShop]
