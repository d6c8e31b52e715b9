"""A stateful OpenPay for tests and demonstrations: charges, refunds, chargebacks, lists, notifications.

openpay = FakeOpenPay()
charge = openpay.charge("1160.00")
with openpay.serving() as url:          # or httpx.MockTransport(openpay.handle)
    openpay.send(openpay.notifications[-1], "http://127.0.0.1:8000/webhooks/openpay")
"""

import base64
import copy
import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from hub.plugin import exact_json
from hub.testing.service import FakeService

Json = dict[str, Any]
_ZONE = ZoneInfo("America/Mexico_City")
_MOST = 100


def card(kind: str = "credit") -> Json:
    """How a card paid."""
    return {"method": "card", "card": {"type": kind, "brand": "visa", "card_number": "411111XXXXXX1111"}}


def _now() -> datetime:
    return datetime.now(UTC)


class FakeOpenPay(FakeService):
    """OpenPay as far as this connector reads it.

    Args:
        private_key: the only key that it accepts.
        merchant_id: whose charges these are.
        webhook_user: what notifications carry,
        webhook_password: with this password.
        clock: time of everything that happens.
    """

    def __init__(
        self,
        private_key: str = "sk_fake",
        merchant_id: str = "mfake",
        webhook_user: str = "hub",
        webhook_password: str = "fake-password",  # noqa: S107 (the password of a fake)
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__()
        self.private_key = private_key
        self.merchant_id = merchant_id
        self.webhook_user = webhook_user
        self.webhook_password = webhook_password
        self.clock = clock
        self.charges: dict[str, Json] = {}
        self.customers: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self._numbers = (f"{number:04d}" for number in itertools.count(1))

    # ---- what happens in the account

    def charge(self, amount: str, method: Json | None = None, **fields: Any) -> Json:
        """A charge that was paid at once."""
        return self.complete(self.start(amount, method or card(), **fields))

    def start(self, amount: str, method: Json | None = None, **fields: Any) -> Json:
        """A charge that waits, as a voucher until somebody pays it."""
        charge = {
            "id": f"tr{next(self._numbers)}",
            "operation_type": "in",
            "transaction_type": "charge",
            "status": "in_progress",
            "conciliated": False,
            "amount": Decimal(amount),
            "currency": "MXN",
            "creation_date": self._time(),
            "operation_date": None,
            "description": None,
            "order_id": None,
            "metadata": {},
            **(method or {"method": "store", "payment_method": {"type": "store"}}),
            **fields,
        }
        self.put(charge)
        self.tell("charge.created", charge)
        return charge

    def put(self, charge: Json) -> Json:
        """Add or replace a charge as it is."""
        self.charges[charge["id"]] = charge
        return charge

    def complete(self, charge: Json) -> Json:
        """The money came."""
        charge.update(status="completed", operation_date=self._time())
        if charge["method"] == "bank_account":
            self.tell("spei.received", charge)
        self.tell("charge.succeeded", charge)
        return charge

    def refund(self, charge: Json, amount: str | None = None, status: str = "completed") -> Json:
        """Money given back; the charge tells of its last refund."""
        given = Decimal(charge["amount"] if amount is None else amount)
        refund = {
            "id": f"rf{next(self._numbers)}",
            "amount": given,
            "status": status,
            "creation_date": self._time(),
            "operation_date": self._time(),
            "transaction_type": "refund",
            "description": "devolución",
        }
        charge.update(refund=refund, status="refunded")
        self.tell("charge.refunded", charge)
        return refund

    def chargeback(self, charge: Json) -> Json:
        """The buyer's bank disputes the charge."""
        charge["status"] = "chargeback_pending"
        self.tell("chargeback.created", charge)
        return charge

    def chargeback_ends(self, charge: Json, *, lost: bool = True) -> Json:
        """It is decided: accepted takes the money, rejected leaves it."""
        charge["status"] = "chargeback_accepted" if lost else "completed"
        self.tell("chargeback.accepted" if lost else "chargeback.rejected", charge)
        return charge

    def customer(self, **fields: Any) -> Json:
        """A stored customer; charge it with `customer_id`."""
        customer = {"id": f"ac{next(self._numbers)}", **fields}
        self.customers[customer["id"]] = customer
        return customer

    def tell(self, kind: str, charge: Json) -> Json:
        """Remember a notification about a charge as it is now."""
        told = {"type": kind, "event_date": self._time(), "transaction": copy.deepcopy(charge)}
        self.notifications.append(told)
        return told

    # ---- notifications

    def authorization(self, user: str | None = None, password: str | None = None) -> str:
        """The header that a webhook made with this user and password sends."""
        pair = f"{user or self.webhook_user}:{password or self.webhook_password}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    def delivery(self, told: Json) -> tuple[dict[str, str], bytes]:
        """Headers and body of a notification."""
        headers = {"content-type": "application/json", "authorization": self.authorization()}
        return headers, exact_json(told)

    def verification(self, code: str = "UY1qqrxw") -> tuple[dict[str, str], bytes]:
        """The first message to a new webhook, without credentials."""
        return {}, exact_json({"type": "verification", "event_date": self._time(), "verification_code": code})

    def send(self, told: Json, url: str) -> int:
        """Deliver a notification to a webhook address; the status of the answer."""
        return self.post(url, *self.delivery(told))

    # ---- the API

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        if request.headers.get("authorization") != _basic(self.private_key):
            return _error(401, 1002, "The api key or merchant id are invalid.")
        path = rf"/v1/{self.merchant_id}(?:/customers/(\w+))?/(charges|customers)(?:/(\w+))?"
        found = re.fullmatch(path, request.url.path)
        if found is None:
            return _error(404, 1005, "The requested resource doesn't exist.")
        customer, collection, identifier = found.groups()
        listed = list(self.customers.values())
        if collection == "charges":
            listed = [one for one in self.charges.values() if one.get("customer_id") == customer]
        if identifier is None:
            return self._page(listed, dict(request.url.params))
        single = next((one for one in listed if one["id"] == identifier), None)
        return _error(404, 1005, "The requested resource doesn't exist.") if single is None else _said(single)

    def _page(self, listed: list[Json], params: dict[str, str]) -> httpx.Response:
        limit, offset = int(params.get("limit", "10")), int(params.get("offset", "0"))
        if limit > _MOST:
            return _error(400, 1001, "limit is too large")
        first, last = params.get("creation[gte]", ""), params.get("creation[lte]", "9999")
        fitting = [one for one in listed if first <= one.get("creation_date", "9998")[:10] <= last]
        return _said(list(reversed(fitting))[offset : offset + limit])

    def _time(self) -> str:
        return self.clock().astimezone(_ZONE).isoformat(timespec="seconds")


def _basic(user: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:'.encode()).decode()}"


def _said(body: Any) -> httpx.Response:
    return httpx.Response(200, content=exact_json(body), headers={"content-type": "application/json"})


def _error(status: int, code: int, description: str) -> httpx.Response:
    body = {"category": "request", "error_code": code, "description": description, "http_code": status}
    return httpx.Response(status, json={**body, "request_id": "fake", "fraud_rules": None})
