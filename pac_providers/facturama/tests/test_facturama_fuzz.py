"""Whatever Facturama answers, only the hub's own errors come out, and no stamp is invented or denied."""

import json
from dataclasses import replace
from decimal import Decimal

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.plugin import CancelRequest, CfdiReference, Http, HubError, NeverStamped, Receiver, Stamped
from pac_providers.facturama.config import FacturamaConfig
from pac_providers.facturama.provider import Facturama
from pac_providers.facturama.testing import PASSWORD, USER
from pac_providers.facturama.tests.conftest import request_of

PROVIDER = Facturama(FacturamaConfig(user=USER, password=PASSWORD))
REFERENCE = CfdiReference(
    "5e2d6aff-2dd7-43d1-83d3-14c1aca396d9", "EKU9003173C9", "URE180429TM6", Decimal("1160.00"), ""
)
NAMES = ("Id", "Complement", "TaxStamp", "Uuid", "Message", "ModelState", "Serie", "Folio", "Rfc", "RfcIssuer", "Total",
         "Status", "IsActive", "Content", "CurrentFolios", "ExpirationDate", "ExistRfc", "AcuseXmlBase64")  # fmt: skip
LIKELY = ("HUB", "1042", "EKU9003173C9", "URE180429TM6", REFERENCE.uuid, "canceled", "active", "307 - timbre previo",
          "PGEvPg==", "\ud800", "2027-13-01", "NaN")  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(LIKELY),
              st.just(1160.00)),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=9),
    max_leaves=20,
)  # fmt: skip
ROW = st.fixed_dictionaries({
    "Id": st.sampled_from(("a", "", 7)), "Serie": st.sampled_from(("HUB", None, "X")),
    "Folio": st.sampled_from(("1042", 1042, "1")), "Rfc": st.sampled_from(("URE180429TM6", "ure180429tm6", None)),
    "Total": st.sampled_from((1160.0, "1160.00", 1160.01, "x")), "Uuid": st.sampled_from((REFERENCE.uuid, None, "")),
})  # fmt: skip
BODIES = st.one_of(
    VALUES.map(json.dumps).map(str.encode), st.lists(ROW, max_size=3).map(json.dumps).map(str.encode),
    st.binary(max_size=40), st.just(b"[" * 20_000),
)  # fmt: skip
ANSWERS = st.tuples(st.sampled_from((200, 201, 204, 302, 400, 402, 404, 409, 422, 429, 500)), BODIES)


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
    stamped = tried(lambda: PROVIDER.stamp(http(answers), request_of()))
    assert not isinstance(stamped, Stamped)
    found = tried(lambda: PROVIDER.recover(http(answers), request_of()))
    assert not isinstance(found, Stamped)
    if isinstance(found, NeverStamped):
        status, body = answers[0]
        assert not found.proven
        assert status in {200, 201, 204}
        assert isinstance(json.loads(body), list)


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_every_other_operation_fails_as_the_hub_understands(answers):
    for call in (
        lambda way: PROVIDER.cancel(way, CancelRequest(REFERENCE, "02", b"")),
        lambda way: PROVIDER.status(way, REFERENCE),
        lambda way: PROVIDER.fetch(way, REFERENCE),
        PROVIDER.check,
        PROVIDER.balance,
        lambda way: PROVIDER.check_receiver(way, Receiver("URE180429TM6")),
    ):
        tried(lambda call=call: call(http(answers)))
