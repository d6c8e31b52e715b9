"""The app for Zapier: its definition against the API that it calls, and its work with Zapier's own core.

The last tests want that core: `cd connectors/zapier/app && npm install`.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from connectors.zapier.testing import FakeZapier
from hub.flow.api_model import HookView, InvoiceView, SaleTaken, Taken, TicketView
from hub.flow.hook_events import EVENTS, body_type
from hub.flow.tell import tell_events
from hub.plugin import PostedPayment, PostedRefund, PostedSale
from hub.plugin.posted import PostedBuyer, PostedLine
from hub.store import Hook
from hub.web.api.openapi import document
from tests.web.api.conftest import BUYER, key_of

APP = Path(__file__).parents[3] / "connectors/zapier/app"
CORE = APP / "node_modules/zapier-platform-core"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
needs_core = pytest.mark.skipif(NODE is None or not CORE.exists(), reason=f"run `npm install` in {APP}")


def node(*arguments):
    return subprocess.run([NODE, *arguments], cwd=APP, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def definition():
    done = node("validate.js", "--print")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sources():
    return {path: path.read_text("utf-8") for path in APP.rglob("*.js") if "node_modules" not in path.parts}


@needs_node
def test_the_definition_has_all_that_zapier_wants(definition):
    package = json.loads((APP / "package.json").read_text("utf-8"))
    assert definition["version"] == package["version"]
    assert definition["platformVersion"] == package["dependencies"]["zapier-platform-core"]
    authentication = definition["authentication"]
    assert (authentication["type"], set(authentication)) == ("custom", {"type", "fields", "test", "connectionLabel"})
    (key,) = [one for one in authentication["fields"] if one["key"] == "api_key"]
    assert (key["required"], key["type"]) == (True, "password")
    assert len(definition["beforeRequest"]) == len(definition["afterResponse"]) == 1
    for kind in ("triggers", "creates", "searches"):
        for name, part in definition[kind].items():
            assert part["key"] == name
            assert {"label", "description"} <= set(part["display"])
            assert part["noun"]
            assert part["operation"]["perform"]
            assert part["operation"]["sample"]
    for trigger in definition["triggers"].values():
        assert trigger["operation"]["type"] == "hook"
        assert {"performSubscribe", "performUnsubscribe", "performList"} <= set(trigger["operation"])


@needs_node
def test_what_it_asks_for_are_fields_of_the_api(definition):
    creates = {name: part["operation"]["inputFields"] for name, part in definition["creates"].items()}
    own = {"lines", "method", "what"}
    asked = {field["key"] for field in creates["sale"]} - own
    buyer = {name.removeprefix("buyer_") for name in asked if name.startswith("buyer_")}
    assert buyer <= set(PostedBuyer.model_fields)
    assert {name for name in asked if not name.startswith("buyer_")} <= set(PostedSale.model_fields)
    (lines,) = [field["children"] for field in creates["sale"] if field["key"] == "lines"]
    assert {field["key"] for field in lines} <= set(PostedLine.model_fields)
    assert {field["key"] for field in creates["refund"]} <= set(PostedRefund.model_fields)
    assert {field["key"] for field in creates["payment"]} <= set(PostedPayment.model_fields)
    needed = {
        name: {key for key, one in model.model_fields.items() if one.is_required()}
        for name, model in (("sale", PostedSale), ("refund", PostedRefund), ("payment", PostedPayment))
    }
    for name, fields in creates.items():
        assert {field["key"] for field in fields if field.get("required")} >= needed[name]


@needs_node
def test_its_samples_are_what_the_api_answers(definition):
    samples = {name: part["operation"]["sample"] for name, part in definition["creates"].items()}
    SaleTaken.model_validate(samples["sale"])
    for name in ("refund", "payment"):
        Taken.model_validate(samples[name])
    assert TicketView.model_validate(definition["searches"]["find_sale"]["operation"]["sample"])
    events = {event for text in sources().values() for event in EVENTS if f"event: '{event}'" in text}
    assert events == {"cfdi.stamped", "cfdi.cancelled", "ticket.created", "ticket.held", "ticket.needs_data"}
    for name, trigger in definition["triggers"].items():
        model = InvoiceView if name.startswith("invoice") else TicketView
        operation = trigger["operation"]
        assert set(operation["sample"]) == set(model.model_fields)
        model.model_validate(operation["sample"])
        fields = {field["key"] for field in operation["outputFields"]} - {"xml_file", "pdf_file"}
        assert fields == set(model.model_fields)


def test_it_calls_addresses_that_the_api_has():
    paths = document("https://hub.example/api/v1")["paths"]
    code = "\n".join(sources().values())
    for path in ("/me", "/sales", "/refunds", "/payments", "/hooks", "/invoices", "/tickets"):
        assert path in paths
        assert f"'{path}" in code or f"`{path}" in code
    assert {body_type(name) for name in EVENTS} == {TicketView, InvoiceView}
    assert "id" in HookView.model_fields


@needs_core
def test_zapiers_own_schema_finds_nothing_wrong():
    done = node("validate.js")
    assert (done.returncode, done.stdout.strip()) == (0, "the definition is valid"), done.stderr


@needs_core
def test_it_works_against_a_hub_with_zapiers_own_core(hub, url):
    def run(place, **bundle):
        done = node("run.js", place, json.dumps({"authData": {"hub_url": f"{url}/", "api_key": key}, **bundle}))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])  # the core talks of itself before

    key = key_of(hub, "zaps", "Zapier")
    assert run("authentication.test")["name"] == "Tienda de Prueba"
    fake = FakeZapier()
    with fake.serving() as address:
        target = f"{address}/hooks/standard/1/2/"
        hooked = "triggers.invoice_stamped.operation"
        subscribed = run(f"{hooked}.performSubscribe", targetUrl=target)
        assert (subscribed["event"], hub.only(Hook).target_url) == ("cfdi.stamped", target)
    data = {
        "external_id": "Ñandú 1",
        "occurred_at": "2026-11-20T11:52:31-06:00",
        "total": "1160.00",
        "method": "card",
        "lines": [{"description": "Playera", "quantity": "2", "unit_price": "580.00", "sku": ""}],
        **{f"buyer_{name}": value for name, value in BUYER.items()},
    }
    sent = run("creates.sale.operation.perform", inputData=data)
    assert sent == run("creates.sale.operation.perform", inputData=data)
    hub.work()
    tell_events(hub.flow)
    assert (hub.ticket.state, sent["id"]) == ("invoiced", str(hub.ticket.id))
    (found,) = run("searches.find_sale.operation.perform", inputData={"external_id": "Ñandú 1"})
    assert (found["state"], found["invoice_uuid"]) == ("invoiced", hub.cfdi.uuid)
    assert run("searches.find_sale.operation.perform", inputData={"external_id": "no"}) == []
    (row,) = run(f"{hooked}.performList")
    (told,) = run(f"{hooked}.perform", cleanedRequest={**row, "event": "cfdi.stamped"})
    assert set(told) == set(row) == {*InvoiceView.model_fields, "xml_file", "pdf_file"}
    back = {"external_id": "D-1", "sale_external_id": "Ñandú 1", "amount": "10.00", "occurred_at": data["occurred_at"]}
    assert run("creates.refund.operation.perform", inputData=back)["status"] == "kept"
    assert run(f"{hooked}.performUnsubscribe", subscribeData=subscribed) == {}
    assert run(f"{hooked}.performUnsubscribe", subscribeData=subscribed) == {}
    assert hub.all(Hook) == []
    wrong = node("run.js", "creates.sale.operation.perform", json.dumps(
        {"authData": {"hub_url": url, "api_key": key}, "inputData": {**data, "external_id": "2", "total": "$1,160.00"}}
    ))  # fmt: skip
    assert wrong.returncode == 1
    assert "total is not an amount" in wrong.stderr
