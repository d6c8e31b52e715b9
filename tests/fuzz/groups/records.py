"""Records as a source's API answers them: mapped or set aside, and kept whatever they hold."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
from hypothesis import strategies as st

from connectors.stripe.testing import FakeStripe
from hub.flow.intake import map_records, take_in
from hub.plugin import Client, DataError, Http, HubError, InDoubtError, WebhookSource
from hub.plugin.http import Answer
from tests.support.world import METADATA

from ..damage import HOSTILE, VALUES, replaced_json, wrong_json, wrong_object
from ..target import Target, allowed, told
from .hubs import hub


def targets(stack: ExitStack) -> list[Target]:
    made = hub(stack)
    source = made.flow.instances.sources["stripe-mx"].plugin
    made.stripe.refund(made.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example"), 1000)
    made.stripe.dispute_ends(made.stripe.dispute(made.stripe.pay(5000)))
    names = sorted({event["data"]["object"]["id"] for event in made.stripe.events()})
    way = replace(source.client(), base_url="http://stripe.example", transport=httpx.MockTransport(made.stripe.handle))
    good = [record for name in names for record in source.read(Http.of(way), name)]
    assert {record["object_kind"] for record in good} == {"sale", "refund", "dispute"}

    def mapped(record: Any) -> None:
        if not isinstance(record, dict):
            return
        allowed(DataError)(lambda: source.to_sale(record))
        found = map_records(source, [record])
        with made.flow.store.write() as session:
            counts = take_in(made.flow, session, "stripe-mx", found)
        assert sum(getattr(counts, name) for name in counts.__slots__) == 1
        assert found[0].body
        made.work()

    def parsed(body: bytes) -> None:
        mapped(allowed(InDoubtError)(lambda: Answer(200, {}, body).json()))

    return [
        Target("values", wrong_object(*good), mapped),
        Target("JSON", wrong_json(*good), parsed),
        Target("an API's answers", _ANSWERS, _asked(source, made.stripe, way, names)),
    ]


_ANSWERS = st.tuples(
    st.integers(0, 20),
    st.integers(0, 4),
    st.tuples(st.integers(0, 2**20), st.sampled_from(VALUES)) | st.sampled_from(HOSTILE),
)


def _asked(
    source: WebhookSource[Any], stripe: FakeStripe, way: Client, names: list[str]
) -> Callable[[tuple[int, int, Any]], None]:
    def asked(example: tuple[int, int, Any]) -> None:
        name, after, wrong = example
        seen = 0

        def wire(request: httpx.Request) -> httpx.Response:
            nonlocal seen
            seen += 1
            assert seen < 500, "it asks without end"
            right = stripe.handle(request)
            if seen <= after:
                return right
            content = wrong if isinstance(wrong, bytes) else replaced_json(json.loads(right.content), *wrong)
            return httpx.Response(right.status_code, content=content)

        http = Http.of(replace(way, transport=httpx.MockTransport(wire)))
        try:
            for record in source.read(http, names[name % len(names)]):
                allowed(DataError)(lambda record=record: source.to_sale(record))
        except HubError as error:
            told(error)
        finally:
            http.close()

    return asked
