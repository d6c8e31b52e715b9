"""Acme, a shop that behaves: its plugins, and the remote side that it would have."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from pydantic import Field, SecretStr

from hub.plugin import (
    Bearer,
    Buyer,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    Client,
    Config,
    DataError,
    Http,
    HubError,
    Ignored,
    InDoubtError,
    Line,
    Message,
    Movement,
    NeverStamped,
    Notifier,
    PacConfig,
    PacProvider,
    Page,
    RawRequest,
    Record,
    Refund,
    Rejected,
    Sale,
    Stamped,
    StampRequest,
    StillUnknown,
    WebhookSource,
    verify_stripe_style,
)

SECRET = "canary-5ecret-value"
WEBHOOK_SECRET = "whsec-canary-5ecret"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)

# ---------------------------------------------------------------- the source


class AcmeConfig(Config):
    """How to reach an Acme shop."""

    shop: str = Field(description="Subdomain of your shop", examples=["mi-tienda"])
    api_key: SecretStr = Field(description="Acme, Settings, API keys; scope orders:read")
    webhook_secret: SecretStr = Field(description="Acme, Settings, Webhooks")


class AcmeSource(WebhookSource[AcmeConfig]):
    """Paid orders as sales, their refunds as refunds."""

    name = "acme"

    def client(self) -> Client:
        return Client(base_url=f"https://{self.config.shop}.acme.example", auth=Bearer(self.config.api_key))

    def check(self, http: Http) -> str:
        return f"shop {http.get('/me')['shop_name']}"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        cursor: str | None = ""
        while cursor is not None:
            body = http.get("/orders", {"updated_since": since.isoformat(), "cursor": cursor})
            yield Page.oldest_first(body["orders"], by="updated_at")
            cursor = body["next"]

    def to_sale(self, record: Record) -> Movement:
        if record["status"] == "test":
            return Ignored("a test order")
        if record["status"] == "refund":
            return Refund(
                id=record["id"],
                sale_id=record["order"],
                refunded_at=record["updated_at"],
                currency=record["currency"],
                amount=record["total"],
            )
        return Sale(
            id=record["id"],
            sold_at=record["sold_at"],
            updated_at=record["updated_at"],
            currency=record["currency"],
            total=record["total"],
            lines=tuple(line_of(item) for item in record["items"]),
            buyer=Buyer(email=record["email"]),
        )

    def verify(self, request: RawRequest) -> None:
        verify_stripe_style(request, "acme-signature", [self.config.webhook_secret])

    def delivery_key(self, request: RawRequest) -> str:
        return str(event_of(request)["event"])

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        event = event_of(request)
        if not isinstance(event.get("order"), str):
            raise DataError("the event names no order", field="order")
        return [event["order"]]

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        order = http.find(f"/orders/{identifier}")
        return [order] if order else []


def line_of(item: Record) -> Line:
    total = item["qty"] * item["price"] - item["discount"]
    return Line(
        description=item["title"],
        quantity=item["qty"],
        unit_price=item["price"],
        discount=item["discount"],
        total=total,
    )


def event_of(request: RawRequest) -> Record:
    try:
        event = json.loads(request.body, parse_float=Decimal)
    except ValueError as error:
        raise DataError("the delivery is not JSON") from error
    if not isinstance(event, dict) or not event.get("event"):
        raise DataError("the delivery is not an event")
    return event


def order(at: int, day: int, *items: tuple[str, int, str, str], **changes: object) -> Record:
    when = f"2026-03-{day:02}T10:00:00-06:00"
    total = sum((qty * Decimal(price) - Decimal(discount) for _, qty, price, discount in items), Decimal(0))
    keys = ("title", "qty", "price", "discount")
    return {
        "id": f"A{at}",
        "status": "paid",
        "currency": "MXN",
        "email": "compras@cliente.example",
        "sold_at": when,
        "updated_at": when,
        "total": str(total),
        "items": [dict(zip(keys, (t, q, float(p), float(d)), strict=True)) for t, q, p, d in items],
        **changes,
    }


ORDERS = [
    order(1, 1, ("Taza", 1, "199.90", "0")),
    order(2, 1, ("Playera", 3, "100.10", "10.30"), ("Calca", 5, "10", "0"), updated_at="2026-03-02T09:00:00-06:00"),
    order(3, 2, ("Poster", 1, "20", "0"), currency="USD", updated_at="2026-03-02T09:00:00-06:00"),
    order(4, 3, ("Nada", 1, "1", "0"), status="test"),
    order(5, 4, id="R1", status="refund", order="A1", total="99.95"),
]
MOVEMENTS = {"A1": "199.90 MXN", "A2": "340.00 MXN", "A3": "20.00 USD", "R1": "refund of A1 on 2026-03-04: 99.95 MXN"}
PAGE = 2


def acme_shop(request: httpx.Request) -> httpx.Response:
    """Acme's API: orders changed since an instant, oldest first, two a page."""
    if request.headers.get("authorization") != f"Bearer {SECRET}":
        return httpx.Response(401)
    if request.url.path == "/me":
        return httpx.Response(200, json={"shop_name": "Mi Tienda"})
    if request.url.path != "/orders":
        return _one_order(request.url.path.removeprefix("/orders/"))
    since = datetime.fromisoformat(request.url.params["updated_since"])
    found = [one for one in ORDERS if datetime.fromisoformat(one["updated_at"]) >= since]
    at = int(request.url.params["cursor"] or 0)
    more = str(at + PAGE) if at + PAGE < len(found) else None
    return httpx.Response(200, json={"orders": found[at : at + PAGE], "next": more})


def _one_order(identifier: str) -> httpx.Response:
    found = [one for one in ORDERS if one["id"] == identifier]
    return httpx.Response(200, json=found[0]) if found else httpx.Response(404)


def delivery(event: str, order_id: str) -> RawRequest:
    """A delivery as Acme signs it."""
    body = json.dumps({"event": event, "order": order_id}).encode()
    stamp = str(int(NOW.timestamp()))
    mac = hmac.new(WEBHOOK_SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "acme-signature": f"t={stamp},v1={mac}"}
    return RawRequest(headers, body, NOW)


# ---------------------------------------------------------------- the PAC


class AcmePacConfig(PacConfig):
    """How to reach the PAC."""

    token: SecretStr = Field(description="Token from the PAC's panel")


class AcmePac(PacProvider[AcmePacConfig]):
    """A PAC with a key for each document, so that a lost stamp can be found."""

    name = "acme-pac"
    capabilities = Capabilities(tells_status=True, confidence="confirmed")

    def client(self) -> Client:
        return Client(
            base_url=f"https://{self.config.environment}.pac.acme.example", auth=Bearer(self.config.token), timeout_s=60
        )

    def check(self, http: Http) -> str:
        return f"{http.get('/account')['credits']} stamps left"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        answer = http.post_once("/stamp", request.xml, {"idempotency-key": request.key})
        body = answer.json()
        if answer.ok:
            return stamped(body)
        if body["code"] == "307":
            return self.earlier(http, request)
        return Rejected(body["code"], body["message"])

    def earlier(self, http: Http, request: StampRequest) -> Stamped:
        try:
            found = self.recover(http, request)
        except HubError as error:
            raise InDoubtError("the PAC has a stamp and cannot show it now") from error
        if isinstance(found, Stamped):
            return found
        raise InDoubtError("the PAC has a stamp that it does not show", hint="ask its support for the stamp")

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        found = http.get("/stamps", {"key": request.key})["stamps"]
        return stamped(found[0]) if found else NeverStamped(proven=True)

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        answer = http.post_once("/cancel", request.signed_xml)
        body = answer.json()
        if answer.ok:
            return CancelReceived(body["code"], body["acuse"].encode())
        return CancelRefused(body["code"], body["message"], again_later=body["code"] == "205")

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        body = http.get("/status", {"uuid": cfdi.uuid})
        return CfdiStatus(body["estado"], body["es_cancelable"])


def stamped(body: Any) -> Stamped:
    return Stamped(body["uuid"], base64.b64decode(body["xml"]))


class PacOffice:
    """The PAC's own side: remembers what it stamped, by key."""

    def __init__(self) -> None:
        self.stamps: dict[str, dict[str, str]] = {}
        self.shows = True
        self.estado = "Vigente"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return httpx.Response(401)
        desk = {
            "/account": lambda _: httpx.Response(200, json={"credits": 12}),
            "/stamp": self._stamp,
            "/stamps": self._find,
            "/cancel": lambda _: httpx.Response(200, json={"code": "201", "acuse": "<Acuse/>"}),
            "/status": lambda _: httpx.Response(
                200, json={"estado": self.estado, "es_cancelable": "Cancelable sin aceptación"}
            ),
        }
        return desk[request.url.path](request)

    def _stamp(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["idempotency-key"]
        if key in self.stamps:
            return httpx.Response(400, json={"code": "307", "message": "El CFDI contiene un timbre previo"})
        folio = str(uuid.uuid5(uuid.NAMESPACE_URL, key)).upper()
        closing = b"</cfdi:Comprobante>"
        timbre = f'<tfd:TimbreFiscalDigital UUID="{folio}"/>'.encode()
        xml = request.content.replace(closing, timbre + closing)
        self.stamps[key] = {"uuid": folio, "xml": base64.b64encode(xml).decode()}
        return httpx.Response(200, json=self.stamps[key])

    def _find(self, request: httpx.Request) -> httpx.Response:
        found = self.stamps.get(request.url.params["key"]) if self.shows else None
        return httpx.Response(200, json={"stamps": [found] if found else []})


# ---------------------------------------------------------------- the notifier


class AcmeChatConfig(Config):
    """How to reach the channel."""

    token: SecretStr = Field(description="Token of the bot")


class AcmeChat(Notifier[AcmeChatConfig]):
    """Messages by JSON, with an identity and attachments as base64."""

    name = "acme-chat"

    def client(self) -> Client:
        return Client(base_url="https://chat.acme.example", auth=Bearer(self.config.token))

    def check(self, http: Http) -> str:
        return "bot " + ("ready" if http.get("/me")["ok"] else "asleep")

    def send(self, http: Http, message: Message) -> None:
        answer = http.query("/messages", payload_of(message)) if whole(message) else None
        if not answer or not answer["ok"]:
            raise DataError("the recipient is not known to the channel", field="to")


def whole(message: Message) -> bool:
    names = (attachment.filename for attachment in message.attachments)
    fields = (message.message_id, message.to, message.subject, message.reply_to, message.sender_name, *names)
    return not any({"\r", "\n"} & set(text) for text in fields)


def payload_of(message: Message) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "files": [
            {"name": a.filename, "type": a.media_type, "base64": base64.b64encode(a.content).decode()}
            for a in message.attachments
        ],
    }
