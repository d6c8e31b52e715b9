"""Each fixture: what the shop holds, the webhook that it sends, and what must come out."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.shopify.api import ShopifyApi
from hub.plugin import Client, DataError, Http, Ignored, RawRequest, Refund, Sale, SignatureError, TransientError
from hub.testing.summary import summary_of

FIXTURES = Path(__file__).with_name("fixtures")
CASES = sorted(FIXTURES.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def hold(world, case):
    for held in case["holds"]:
        world.fake.put(held["order"], held["transactions"], held["localized"])


def delivered(world, case) -> RawRequest:
    told = case["delivery"]
    text = told.get("text") or json.dumps(told["body"], ensure_ascii=False, separators=(",", ":"))
    secret = "another secret" if case["expect"]["outcome"] == "refused" else ""
    headers = {
        "x-shopify-topic": told["topic"],
        "x-shopify-hmac-sha256": world.fake.signature(text.encode(), secret=secret),
        "x-shopify-shop-domain": world.fake.shop,
        "x-shopify-webhook-id": told["webhook_id"],
        "x-shopify-event-id": told["event_id"],
    }
    return RawRequest(headers, text.encode(), world.fake.clock())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_webhook_leads_to_what_the_fixture_expects(path, world):
    case = load(path.stem)
    expect, request = case["expect"], delivered(world, case)
    hold(world, case)
    match expect["outcome"]:
        case "refused":
            with pytest.raises(SignatureError):
                world.source.verify(request)
        case "unreadable":
            world.source.verify(request)
            with pytest.raises(DataError, match="not JSON"):
                world.source.delivery_key(request)
        case "delivery_set_aside":
            with pytest.raises(DataError, match=expect["reason"]):
                world.source.changed(request)
        case "ignored_delivery":
            told = world.source.changed(request)
            assert isinstance(told, Ignored)
            assert expect["reason"] in told.reason
        case "set_aside":
            (record,) = world.records(request)
            with pytest.raises(DataError, match=expect["reason"]):
                world.source.to_sale(record)
        case outcome:
            _leads_to(world, request, outcome, expect)


def _leads_to(world, request, outcome, expect):
    sale, *refunds = (world.source.to_sale(record) for record in world.records(request))
    match outcome:
        case "ignored":
            assert isinstance(sale, Ignored)
            assert expect["reason"] in sale.reason
        case "ignored_refund":
            assert isinstance(sale, Sale)
            assert isinstance(refunds[0], Ignored)
            assert expect["reason"] in refunds[0].reason
        case "refund":
            (refund,) = refunds
            assert isinstance(refund, Refund)
            assert expect["refund"].items() <= refund.model_dump(mode="json").items()
            assert (refund.amount == sale.total) is expect["whole"]
        case "sale":
            assert expect["sale"].items() <= summary_of(sale).items()
            assert expect["buyer"].items() <= sale.buyer.model_dump().items()
            assert expect.get("line", {}).items() <= sale.lines[0].model_dump().items()


@pytest.mark.parametrize("path", [path for path in CASES if "after" in load(path.stem)], ids=lambda path: path.stem)
def test_what_is_told_again_changes_nothing(path, world):
    case = load(path.stem)
    earlier = load(case["after"])
    hold(world, earlier)
    before = [world.source.to_sale(record) for record in world.records(delivered(world, earlier))]
    hold(world, case)
    after = [world.source.to_sale(record) for record in world.records(delivered(world, case))]

    assert [movement.model_dump(exclude={"updated_at"}) for movement in after] == [
        movement.model_dump(exclude={"updated_at"}) for movement in before
    ]
    keys = [world.source.delivery_key(delivered(world, one)) for one in (earlier, case)]
    assert (keys[0] == keys[1]) is (case["delivery"]["event_id"] == earlier["delivery"]["event_id"])


def test_two_pages_are_followed_by_their_cursor(world):
    world.use(orders_per_page=2)
    whole = load("card_paid")["holds"][0]
    for number in range(3):
        identifier = 6012345678902 + number
        order = {
            **whole["order"],
            "id": identifier,
            "admin_graphql_api_id": f"gid://shopify/Order/{identifier}",
            "name": f"#{1001 + number}",
            "updated_at": f"2026-11-20T11:52:{32 + number}-06:00",
        }
        world.fake.put(order, whole["transactions"])

    sales = world.pulled()

    assert [(sale.reference, sale.total) for sale in sales] == [("#1001", 1160), ("#1002", 1160), ("#1003", 1160)]
    asked = [json.loads(request.content)["variables"] for request in world.fake.requests]
    pages = [variables for variables in asked if "lines" in variables]
    assert [variables["after"] is None for variables in pages] == [True, False]
    assert {variables["filter"] for variables in pages} == {"updated_at:>='2020-01-01T00:00:00Z'"}


def test_a_throttled_answer_says_how_long_to_wait():
    cost = {
        "requestedQueryCost": 182,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 20, "restoreRate": 100.0},
    }
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    body = {"errors": [error], "extensions": {"cost": cost}}
    wire = httpx.MockTransport(lambda request: httpx.Response(200, json=body, request=request))
    http = Http.of(Client(base_url="https://tienda.myshopify.com", transport=wire))

    with pytest.raises(TransientError) as caught:
        ShopifyApi(http, "2026-10").query("{ shop { name } }")
    http.close()

    assert caught.value.retry_after_s == pytest.approx(1.62)
    assert caught.value.full_after_s == pytest.approx(19.8)
