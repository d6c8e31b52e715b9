"""Whatever Facturapi answers, only the hub's own errors come out, and no stamp is invented or denied."""

import json
from dataclasses import replace

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.plugin import Http, HubError, NeverStamped, Rejected, Stamped
from pac_providers.facturapi.provider import Facturapi
from pac_providers.facturapi.tests.conftest import KEEPS, cancellation, config, invoice

PROVIDER = Facturapi(config())
TEXTS = st.sampled_from(("", KEEPS, "valid", "pending", "failed", "canceled", "tienda-HUB-1042", "\ud800", "x"))
VALUES = st.one_of(TEXTS, st.none(), st.integers(), st.floats(), st.booleans(), st.just([]), st.just({}))
FOUND = st.dictionaries(
    st.sampled_from(("id", "status", "uuid", "external_id", "cancellation_status")), VALUES, max_size=5
)
CODES = st.sampled_from(
    ("invalid_request", "idempotency_key_in_use", "invoice_stamping_validation_error", "tax_id_not_found", "new", "",
     "subscription_required", "CFDI40147", "307", "305")
)  # fmt: skip
DETAILS = st.lists(st.fixed_dictionaries({"code": CODES, "message": TEXTS}), max_size=2)
BODIES = st.one_of(
    FOUND.map(json.dumps).map(str.encode),
    st.lists(FOUND, max_size=3).map(lambda found: json.dumps({"data": found}).encode()),
    st.builds(
        lambda code, details: json.dumps({"code": code, "message": "m", "errors": details}).encode(), CODES, DETAILS
    ),
    st.binary(max_size=40),
    st.just(b"[" * 20_000),
    st.just(b"<a/>"),
)
ANSWERS = st.tuples(st.sampled_from((200, 202, 302, 400, 402, 404, 409, 429, 500)), BODIES)


def http(answers):
    """Answers in turn, the last for ever."""
    left = list(answers)

    def wire(request):
        status, body = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(status, content=body, request=request)

    return Http.of(replace(PROVIDER.client(), transport=httpx.MockTransport(wire)))


def tried(call):
    try:
        return call()
    except HubError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_no_answer_makes_or_denies_a_stamp(answers):
    (status, body) = answers[0]
    stamped = tried(lambda: PROVIDER.stamp(http(answers), invoice()))
    assert not isinstance(stamped, Stamped)
    if isinstance(stamped, Rejected):
        assert status in {400, 402}
        assert json.loads(body)["code"]
    found = tried(lambda: PROVIDER.recover(http(answers), invoice()))
    assert not isinstance(found, Stamped)
    if isinstance(found, NeverStamped):
        assert not found.proven
        assert all(one.get("external_id") != "tienda-HUB-1042" for one in json.loads(body)["data"])


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_every_other_operation_fails_as_the_hub_understands(answers):
    request = cancellation(KEEPS)
    for call in (
        lambda way: PROVIDER.cancel(way, request),
        lambda way: PROVIDER.status(way, request.cfdi),
        lambda way: PROVIDER.fetch(way, request.cfdi),
        PROVIDER.check,
    ):
        tried(lambda call=call: call(http(answers)))
