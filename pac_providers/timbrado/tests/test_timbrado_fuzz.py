"""Whatever ATEB answers, only the hub's own errors come out, and no stamp is invented or denied."""

from dataclasses import replace

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.plugin import Http, HubError, NeverStamped, Rejected, Stamped
from pac_providers.timbrado.provider import Timbrado
from pac_providers.timbrado.tests.conftest import KEEPS, answers, cancellation, config, invoice

PROVIDER = Timbrado(config())
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&>"), max_size=12)
LEAF = st.one_of(
    TEXT, st.sampled_from(("301", "307", "401", "CFDI40147", "timbre previo", KEEPS, "&lt;a/&gt;", "&lt;"))
)
NAMES = st.sampled_from(
    ("Timbre", "Error", "Descripcion", "VerificationError", "Codigo", "XmlAcuseSAT", "Folios", "UUID", "EstatusUUID",
     "ErroresVerificacion")
)  # fmt: skip
NODES = st.recursive(
    LEAF,
    lambda inside: st.lists(st.tuples(NAMES, inside), max_size=3).map(
        lambda found: "".join(f"<{name}>{content}</{name}>" for name, content in found)
    ),
    max_leaves=8,
)


def enveloped(inside):
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><R xmlns="urn:x"><S>'
        f"{inside}</S></R></soap:Body></soap:Envelope>"
    ).encode()


BODIES = st.one_of(NODES.map(enveloped), st.binary(max_size=40), st.just(b"<a>" * 5000), st.just(b"<!DOCTYPE a><a/>"))
ANSWERS = st.tuples(st.sampled_from((200, 201, 302, 400, 404, 429, 500)), BODIES)


def http(found):
    """Answers in turn, the last for ever."""
    left = list(found)

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
@given(st.lists(ANSWERS, min_size=1, max_size=2))
def test_no_answer_makes_or_denies_a_stamp(found):
    stamped = tried(lambda: PROVIDER.stamp(http(found), invoice()))
    assert not isinstance(stamped, Stamped)
    if isinstance(stamped, Rejected):
        assert b"<Error>" in found[0][1]
        assert stamped.code != "307"
    assert not isinstance(tried(lambda: PROVIDER.recover(http(found), invoice())), (Stamped, NeverStamped))


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=2))
def test_every_other_operation_fails_as_the_hub_understands(found):
    for call in (
        lambda way: PROVIDER.cancel(way, cancellation(KEEPS)),
        lambda way: PROVIDER.pending(way, "URE180429TM6"),
        lambda way: PROVIDER.answer(way, answers((KEEPS, "Rechazo"))),
        PROVIDER.check,
    ):
        tried(lambda call=call: call(http(found)))
