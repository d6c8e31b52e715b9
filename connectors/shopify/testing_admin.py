"""The wire of the fake: tokens, versions, scopes, cost points, and the answers to queries."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from .testing_graphql import Execution
from .testing_nodes import Held, node, spelling, utc
from .testing_objects import Shop
from .testing_parser import GraphqlError, Parser
from .testing_schema import PROTECTED, SCHEMA, SCOPES

Json = dict[str, Any]
VERSIONS = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
MOST_FOR_ONE = 1000
MOST_METAFIELDS = 25
ALL_SCOPES = ("read_orders", "write_orders", "read_all_orders", "read_customers", "read_shopify_payments_disputes")
SIXTY_DAYS = timedelta(days=60)


@dataclass
class Points:
    """The bucket of cost points of a standard shop."""

    most: float = 2000.0
    rate: float = 100.0
    left: float = 2000.0
    at: datetime | None = None

    def restored(self, now: datetime) -> float:
        """What is there now."""
        if self.at is not None:
            self.left = min(self.most, self.left + self.rate * max(0.0, (now - self.at).total_seconds()))
        self.at = now
        return self.left

    def status(self) -> Json:
        """As every answer tells it."""
        return {"maximumAvailable": self.most, "currentlyAvailable": self.left, "restoreRate": self.rate}


@dataclass
class Admin:
    """Answers the requests of one shop."""

    world: Shop
    shop: str
    access_token: str
    app: tuple[str, str]
    installed: bool = True
    protected: bool = True
    """Whether the app may see protected customer data."""
    points: Points = field(default_factory=Points)
    requests: list[httpx.Request] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tokens.add(self.access_token)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.requests.append(request)
        if self.failures:
            status, headers = self.failures.pop(0)
            return httpx.Response(status, headers=headers, json={"errors": "the fake was told to fail"})
        if request.url.path == "/admin/oauth/access_token":
            return self._login(request)
        match = re.fullmatch(r"/admin/api/(\d{4}-\d{2})/graphql\.json", request.url.path)
        if match is None or request.method != "POST":
            return httpx.Response(404, json={"errors": "Not Found"})
        if request.headers.get("x-shopify-access-token") not in self.tokens:
            return httpx.Response(401, json={"errors": "[API] Invalid API key or access token"})
        version = match[1] if match[1] in VERSIONS else VERSIONS[0]
        headers = {"x-shopify-api-version": version, "date": self._date()}
        return httpx.Response(200, headers=headers, json=self._asked(json.loads(request.content)))

    def _date(self) -> str:
        return format_datetime(self.world.clock().astimezone(UTC), usegmt=True)

    def _login(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        if (
            told.get("grant_type") != "client_credentials"
            or (told.get("client_id"), told.get("client_secret")) != self.app
        ):
            return httpx.Response(400, json={"error": "invalid_client"})
        if not self.installed:
            return httpx.Response(400, json={"error": "app_not_installed"})
        token = f"shpat_given_{len(self.requests)}"
        self.tokens.add(token)
        return httpx.Response(200, json={"access_token": token, "scope": ",".join(self.scopes), "expires_in": 86399})

    def _asked(self, body: Json) -> Json:
        execution = Execution(SCHEMA, body.get("variables") or {}, self._allowed)
        requested = 0
        try:
            parser = Parser(body["query"])
            selected = parser.parse()
            requested = execution.checked(selected, parser.root)
            self._afford(requested)
            data = execution.answered(selected, parser.root, self._root())
        except GraphqlError as error:
            return {"errors": [error.as_json()], "extensions": self._cost(requested, None)}
        actual = min(requested, execution.objects)
        self.points.left -= actual
        return {"data": data, "extensions": self._cost(requested, actual)}

    def _afford(self, requested: int) -> None:
        if requested > MOST_FOR_ONE:
            raise GraphqlError(
                f"Query cost is {requested}, which exceeds the single query max cost limit {MOST_FOR_ONE}",
                code="MAX_COST_EXCEEDED",
            )
        if requested > self.points.restored(self.world.clock()):
            raise GraphqlError("Throttled", code="THROTTLED", documentation="https://shopify.dev/api/usage/rate-limits")

    def _cost(self, requested: int, actual: int | None) -> Json:
        cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": self.points.status()}
        return {"cost": cost}

    def _allowed(self, kind: str, name: str) -> None:
        scope = SCOPES.get((kind, name))
        if scope and scope not in self.scopes:
            needed = f"`{scope}` access scope."
            raise GraphqlError(
                f"Access denied for {name} field. Required access: {needed}",
                code="ACCESS_DENIED",
                requiredAccess=needed,
            )
        if (kind, name) in PROTECTED and not self.protected:
            raise GraphqlError(
                f"This app is not approved to use the {name} field.",
                code="ACCESS_DENIED",
                documentation="protected data",
            )

    def _root(self) -> Json:
        return {
            "shop": {
                "id": "gid://shopify/Shop/954889",
                "name": "Tienda",
                "myshopifyDomain": self.shop,
                "currencyCode": "MXN",
                "taxesIncluded": True,
            },
            "currentAppInstallation": {
                "id": "gid://shopify/AppInstallation/1",
                "accessScopes": [{"handle": scope, "description": scope} for scope in sorted(self.scopes)],
            },
            "order": self._order,
            "orders": self._orders,
            "dispute": self._dispute,
            "disputes": self._disputes,
            "metafieldsSet": self._metafields_set,
        }

    def _metafields_set(self, metafields: list[Json]) -> Json:
        owners = [self.world.orders.get(int(each["ownerId"].rpartition("/")[2])) for each in metafields]
        errors = [_user_error(place, "ownerId", "Owner does not exist.") for place, one in enumerate(owners) if not one]
        errors += [
            _user_error(place, "value", "can't be blank") for place, each in enumerate(metafields) if not each["value"]
        ]
        if len(metafields) > MOST_METAFIELDS:
            errors.append({"field": ["metafields"], "message": "Exceeded the maximum metafields input limit of 25."})
        if not errors:
            for each, held in zip(metafields, filter(None, owners), strict=True):
                self._set(each, held)
        return {"userErrors": [{"code": "INVALID_VALUE", **error} for error in errors]}

    def _set(self, metafield: Json, held: Held) -> None:
        place = (metafield["namespace"], metafield["key"])
        if held.metafields.get(place) != metafield["value"]:
            held.metafields[place] = metafield["value"]
            self.world.touch(held)

    def _order(self, id: str) -> Json | None:  # noqa: A002 (Shopify's name)
        held = self.world.orders.get(int(id.rpartition("/")[2]))
        return node(held) if held and self._visible(held.order) else None

    def _orders(self, query: str = "", sortKey: str = "PROCESSED_AT", **_: Any) -> list[Json]:  # noqa: N803
        seen = [held for held in self.world.orders.values() if self._visible(held.order)]
        found = [held for held in seen if _after(query, "updated_at", held.order["updated_at"])]
        name = {"UPDATED_AT": "updated_at", "PROCESSED_AT": "processed_at"}[sortKey]
        found.sort(key=lambda held: (datetime.fromisoformat(held.order[name]), held.order["id"]))
        return [node(held) for held in found]

    def _visible(self, order: Mapping[str, Any]) -> bool:
        old = self.world.clock() - datetime.fromisoformat(order["created_at"]) > SIXTY_DAYS
        return not old or "read_all_orders" in self.scopes

    def _dispute(self, id: str) -> Json | None:  # noqa: A002
        dispute = self.world.disputes.get(int(id.rpartition("/")[2]))
        return self._shown(dispute) if dispute else None

    def _disputes(self, query: str = "", **_: Any) -> list[Json]:
        found = [each for each in self.world.disputes.values() if _after(query, "initiated_at", each["initiated_at"])]
        return [self._shown(dispute) for dispute in found]

    def _shown(self, dispute: Json) -> Json:
        return {
            "id": f"gid://shopify/ShopifyPaymentsDispute/{dispute['id']}",
            "legacyResourceId": str(dispute["id"]),
            "status": dispute["status"].upper(),
            "type": dispute["type"].upper(),
            "initiatedAt": utc(dispute["initiated_at"]),
            "finalizedOn": dispute["finalized_on"],
            "amount": {"amount": spelling(dispute["amount"]), "currencyCode": dispute["currency"]},
            "reasonDetails": {"reason": dispute["reason"].upper(), "networkReasonCode": None},
            "order": self._order(f"/{dispute['order_id']}"),
        }


def _user_error(place: int, field: str, message: str) -> Json:
    return {"field": ["metafields", str(place), field], "message": message}


def _after(query: str, name: str, moment: str) -> bool:
    """Whether a thing fits `name:>='2026-11-03T16:30:00Z'`; an empty filter fits everything."""
    if not query:
        return True
    match = re.fullmatch(rf"{name}:>='([^']+)'", query)
    if match is None:
        raise GraphqlError(f"Invalid search query: {query}", code="BAD_USER_INPUT")
    since = datetime.fromisoformat(match[1]).astimezone(UTC)
    return datetime.fromisoformat(moment) >= since
