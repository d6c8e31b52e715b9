"""The OpenAPI document is whole, says what the models say, and nothing else than what the API does."""

import re
from collections import Counter

import httpx
import pytest

from hub.flow.hook_events import EVENTS
from hub.plugin import PostedPayment, PostedRefund, PostedSale
from hub.web.api.docs import EXAMPLE
from hub.web.api.openapi import document
from hub.web.api.operations import OPERATIONS
from hub.web.api.problems import KINDS, MEDIA_TYPE
from tests.web.api.conftest import BUYER, SALE

BASE = "https://hub.example/api/v1"
DOCUMENT = document(BASE)
METHODS = {"get", "put", "post", "delete"}
EACH = [(path, method, one) for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()]


def nodes(value):
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def at(pointer):
    found = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_it_has_the_parts_that_openapi_3_1_wants():
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert set(DOCUMENT["components"]) == {"schemas", "securitySchemes"}
    assert {name for one in DOCUMENT["security"] for name in one} == set(DOCUMENT["components"]["securitySchemes"])
    assert DOCUMENT["servers"] == [{"url": BASE}]


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    references = [node["$ref"] for node in nodes(DOCUMENT) if isinstance(node, dict) and "$ref" in node]
    assert len(references) > 50
    for reference in references:
        assert at(reference)
    assert {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]} == set(references)


@pytest.mark.parametrize(("path", "method", "operation"), EACH, ids=[f"{one[1]} {one[0]}" for one in EACH])
def test_an_operation_is_complete(path, method, operation):
    assert method in METHODS
    assert operation["operationId"]
    assert operation["summary"]
    inside = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
    assert inside == set(re.findall(r"\{(\w+)\}", path))
    assert all(one["required"] for one in operation.get("parameters", []) if one["in"] == "path")
    assert any(status.startswith("2") for status in operation["responses"])
    assert {"401", "403", "429", "503"} <= set(operation["responses"])
    for status, answer in operation["responses"].items():
        assert answer["description"]
        assert (MEDIA_TYPE in answer["content"]) == (status >= "400")
    if method in {"post", "put"}:
        assert {"400", "408", "413", "415", "422"} <= set(operation["responses"])
        assert operation["requestBody"]["required"]


def test_operations_have_their_own_names():
    names = Counter(operation["operationId"] for _, _, operation in EACH)
    assert set(names.values()) == {1}
    assert len(names) == len(OPERATIONS)


def test_schemas_are_strict_where_something_is_sent_and_explain_every_field():
    schemas = DOCUMENT["components"]["schemas"]
    for model in (PostedSale, PostedRefund, PostedPayment):
        schema = schemas[model.__name__]
        assert schema["additionalProperties"] is False
        assert set(schema["properties"]) == set(model.model_fields)
        assert set(schema["required"]) == {n for n, one in model.model_fields.items() if one.is_required()}
    for name, schema in schemas.items():
        assert schema.get("description"), name
        silent = [field for field, one in schema.get("properties", {}).items() if not one.get("description")]
        assert not silent, f"{name}: {silent}"


def test_events_are_webhooks():
    assert set(DOCUMENT["webhooks"]) == set(EVENTS)
    assert "410" in DOCUMENT["webhooks"]["cfdi.stamped"]["post"]["responses"]


def test_it_is_served_to_everybody_with_the_address_of_the_hub(url):
    answer = httpx.get(f"{url}/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document("http://facturas.example/api/v1")


def test_the_page_explains_every_operation_event_problem_and_schema(url):
    page = httpx.get(f"{url}/api/v1/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert {one.name for one in OPERATIONS} | set(KINDS) | set(DOCUMENT["components"]["schemas"]) <= anchors
    assert all(f"<code>{name}</code>" in page.text for name in EVENTS)
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links
    assert links <= anchors
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page.text)
    assert httpx.get(url + style).status_code == 200


def test_the_example_of_the_page_works(hub, api):
    assert api.post("/sales", EXAMPLE).status_code == 201
    assert hub.ticket.email == "ana@cliente.example"


def answers(api, hub):
    """One real answer of each kind, with the operation and status that it belongs to."""
    sale = {**SALE, "buyer": BUYER}
    yield "send_sale", api.post("/sales", sale)
    yield "send_sale", api.post("/sales", sale)
    yield "send_sale", api.post("/sales", {**SALE, "external_id": "0", "occurred_at": "2025-01-01T00:00:00Z"})
    yield "send_sale", api.post("/sales", {**sale, "reference": "R"})
    yield "send_sale", api.post("/sales", {})
    refund = {"external_id": "D", "sale_external_id": "PED-1001", "occurred_at": SALE["occurred_at"], "amount": "1.00"}
    yield "send_refund", api.post("/refunds", refund)
    yield "correct_refund", api("PUT", "/refunds/D", {**refund, "reason": "R"})
    yield "send_payment", api.post("/payments", refund)
    hub.work()
    yield "correct_sale", api("PUT", "/sales/PED-1001", sale)
    yield "whose_key", api.get("/me")
    yield "read_sale", api.get("/sales/PED-1001")
    yield "read_sale", api.get("/sales/no")
    yield "list_tickets", api.get("/tickets")
    yield "read_ticket", api.get("/tickets/PED-1001")
    yield "list_invoices", api.get("/invoices?status=stamped")
    yield "read_invoice", api.get(f"/invoices/{hub.cfdi.uuid}")
    yield "read_xml", api.get(f"/invoices/{hub.cfdi.uuid}/xml")
    yield "read_pdf", api.get(f"/invoices/{hub.cfdi.uuid}/pdf")
    hook = {"target_url": "https://a.example/x", "event": "cfdi.stamped"}
    yield "subscribe", api.post("/hooks", hook)
    yield "list_hooks", api.get("/hooks")
    yield "unsubscribe", api("DELETE", "/hooks/1")


def test_every_operation_answers_what_the_document_says(hub, api):
    operations = {operation["operationId"]: operation for _, _, operation in EACH}
    seen = set()
    for name, answer in answers(api, hub):
        seen.add(name)
        known = operations[name]["responses"][str(answer.status_code)]["content"]
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in known, (name, answer.status_code)
        if media_type.endswith("json"):
            assert not list(misfits(answer.json(), known[media_type]["schema"])), (name, answer.json())
    assert seen == set(operations)


def misfits(value, schema, where="") -> list[str]:
    """Where a value is not what a schema says; of JSON Schema as far as the document uses it."""
    if "$ref" in schema:
        yield from misfits(value, at(schema["$ref"]), where)
    elif "anyOf" in schema:
        if all(list(misfits(value, one, where)) for one in schema["anyOf"]):
            yield where
    elif value is None:
        if schema.get("type") != "null":
            yield where
    elif schema.get("type") == "array":
        if not isinstance(value, list):
            yield where
        else:
            for number, one in enumerate(value):
                yield from misfits(one, schema["items"], f"{where}/{number}")
    elif schema.get("type") == "object":
        if not isinstance(value, dict):
            yield where
            return
        properties = schema.get("properties", {})
        yield from (f"{where}/{name} missing" for name in schema.get("required", []) if name not in value)
        yield from (f"{where}/{name} unknown" for name in value if properties and name not in properties)
        for name, one in value.items():
            yield from misfits(one, properties.get(name, {}), f"{where}/{name}")
    elif schema.get("type") == "string":
        if (
            not isinstance(value, str)
            or not re.search(schema.get("pattern", ""), value)
            or ("enum" in schema and value not in schema["enum"])
        ):
            yield where
    elif schema.get("type") == "integer" and not isinstance(value, int):
        yield where


def test_a_value_that_does_not_fit_is_found():
    problem = {"$ref": "#/components/schemas/Problem"}
    assert list(misfits({"type": 1, "title": "", "status": "x"}, problem))
