"""Whatever Prodigia answers, only the hub's own errors come out, and no stamp is invented or denied."""

import json
from dataclasses import replace

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.plugin import Http, HubError, NeverStamped, Rejected, Stamped
from pac_providers.prodigia import testing
from pac_providers.prodigia.provider import Prodigia
from pac_providers.prodigia.tests.conftest import KEEPS, cancellation, config, invoice

PROVIDER = Prodigia(config())
REFUSALS = {"301", "302", "303", "401", "403"}
CODES = st.sampled_from(("0", 0, "307", 307, "301", "401", "CFDI40147", "1", "5", "7", "602", "", None, "\ud800"))
DOCUMENTS = st.sampled_from((None, "", "%%", "PGEvPg==", "PD94bWw=", KEEPS))
TOLD = st.fixed_dictionaries(
    {},
    optional={"timbradoOk": st.sampled_from((True, False, "true", "x", None)), "codigo": CODES, "mensaje": DOCUMENTS,
              "UUID": DOCUMENTS, "xmlBase64": DOCUMENTS},
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
ELEMENTS = st.dictionaries(
    st.sampled_from(("codigo", "uuid", "xmlBase64", "estado", "cancelacion", "uuids", "acuseCancelBase64")),
    st.one_of(TEXT, st.sampled_from(("0", "90", "201", "1101", "Vigente", KEEPS, "<cancelacion/>"))),
    max_size=5,
)
BODIES = st.one_of(
    TOLD.map(lambda told: json.dumps({"servicioTimbrado": told}).encode()),
    st.binary(max_size=40),
    st.just(b"[" * 20_000),
    ELEMENTS.map(
        lambda told: testing.returned("x", "<r>" + "".join(f"<{k}>{v}</{k}>" for k, v in told.items()) + "</r>").content
    ),
    TEXT.map(lambda text: testing.returned("x", text.replace("&", "").replace("<", "")).content),
)
ANSWERS = st.tuples(st.sampled_from((200, 201, 302, 400, 404, 429, 500)), BODIES)


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
    for call in (PROVIDER.stamp, PROVIDER.recover):
        result = tried(lambda call=call: call(http(answers), invoice()))
        assert not isinstance(result, Stamped)
        assert not isinstance(result, NeverStamped)
        if isinstance(result, Rejected):
            told = json.loads(answers[0][1])["servicioTimbrado"]
            assert answers[0][0] in {200, 201}
            assert not told.get("UUID")
            assert str(told["codigo"]) in REFUSALS | {"CFDI40147"}


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=2))
def test_every_other_operation_fails_as_the_hub_understands(answers):
    reference = cancellation(KEEPS).cfdi
    for call in (
        lambda way: PROVIDER.cancel(way, cancellation(KEEPS)),
        lambda way: PROVIDER.status(way, reference),
        lambda way: PROVIDER.fetch(way, reference),
        lambda way: PROVIDER.pending(way, "URE180429TM6"),
        PROVIDER.check,
    ):
        tried(lambda call=call: call(http(answers)))
