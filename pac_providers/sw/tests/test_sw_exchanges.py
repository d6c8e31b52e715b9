"""Every exchange that is known of SW, and every answer that is not."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import SecretStr

from hub.plugin import (
    CancelReceived,
    Client,
    Fetched,
    Http,
    HubError,
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    Receiver,
    Rejected,
    Stamped,
    add_timbre,
)
from pac_providers.sw.provider import Sw, custom_id
from pac_providers.sw.tests.documents import cancellation, config, invoice
from pac_providers.sw.tests.exchanges import CANCEL, EXCHANGES, OTHER, PREVIO, SAME_KEY, STAMP, UUID, V2, error, success

REQUEST = invoice()
SELLO = etree.fromstring(REQUEST.xml).get("Sello")
CANCELLATION = cancellation(UUID)
ISSUER = IssuerRegistration("EKU9003173C9", "ESCUELA", "601", "42501", b"cer", b"key", SecretStr("canary-csd-word"))
TIMBRE = (
    '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
    ' UUID="{}" SelloCFD="{}"/>'
)
CFDI = add_timbre(REQUEST.xml, TIMBRE.format(UUID, SELLO).encode())
FILL = {
    "$TFD": TIMBRE.format(UUID, SELLO),
    "$OTHER": TIMBRE.format(OTHER, "b3Rybw=="),
    "$CFDI": CFDI.decode(),
    "$SELLO": SELLO,
}
CALLS = {
    "stamp": ("stamp", REQUEST),
    "recover": ("recover", REQUEST),
    "login": ("stamp", REQUEST),
    "cancel": ("cancel", CANCELLATION),
    "status": ("status", CANCELLATION.cfdi),
    "fetch": ("fetch", CANCELLATION.cfdi),
    "balance": ("balance",),
    "pending": ("pending", "URE180429TM6"),
    "check_receiver": ("check_receiver", Receiver("URE180429TM6")),
    "register_issuer": ("register_issuer", ISSUER),
}


def call(name, wire):
    method, *arguments = CALLS[name]
    options = config() if name == "login" else config(user="", password=None, token="aaa.bbb.infinite")
    plugin = Sw(options)
    client = plugin.client()
    transport = httpx.MockTransport(wire)
    http = Http.of(Client(client.base_url, client.auth, timeout_s=client.timeout_s, transport=transport))
    return getattr(plugin, method)(http, *arguments)


def filled(body):
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    for name, value in FILL.items():
        text = text.replace(name, value if isinstance(body, str) else json.dumps(value)[1:-1])
    return text.encode()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda one: one.name.replace(" ", "-"))
def test_the_exchange_is_understood(exchange):
    left = list(exchange.answers)

    def wire(request):
        asked, status, body = left.pop(0)
        assert f"{request.method} {request.url.path}" == asked
        check_request(request, asked)
        if not status:
            raise httpx.ReadTimeout("silence", request=request)
        return httpx.Response(status, content=filled(body))

    expected = exchange.expected
    if isinstance(expected, type) and issubclass(expected, HubError):
        with pytest.raises(HubError) as caught:
            call(exchange.call, wire)
        assert type(caught.value) is expected
    elif expected is Stamped:
        assert call(exchange.call, wire) == Stamped(UUID, CFDI)
    elif expected is Fetched:
        assert call(exchange.call, wire) == Fetched(CFDI)
    elif expected is NotFetched:
        assert call(exchange.call, wire).again_later
    elif expected is CancelReceived:
        received = call(exchange.call, wire)
        assert received.acuse == f"<Acuse><EstatusUUID>{received.code}</EstatusUUID></Acuse>".encode()
    else:
        assert call(exchange.call, wire) == expected
    assert left == []


def check_request(request, asked):
    if asked == STAMP:
        assert REQUEST.xml in request.content
        assert request.headers["customid"] == custom_id(REQUEST)
        assert request.headers["authorization"].startswith("Bearer aaa.bbb.")
    elif asked == CANCEL:
        assert CANCELLATION.signed_xml in request.content
    elif "authenticate" in asked:
        assert json.loads(request.content).keys() == {"user", "password"}
    elif "Consulta" in asked:
        expresion = next(etree.fromstring(request.content).iter("{*}expresionImpresa")).text
        assert expresion == f"?re=EKU9003173C9&rr=URE180429TM6&tt=1160.00&id={UUID}&fe=c2VsbG8="


MESSAGES = st.sampled_from(
    ["", PREVIO, SAME_KEY, "CFDI40147 - x", "401 - x", "CO1000 - x", "CACFDI33 - x", "AU2000 - x", "304. x", "x"]
)
TEXTS = st.sampled_from([*FILL, "", "x", "201"])
DATA = st.one_of(
    st.just(V2),
    st.none(),
    st.text(max_size=3),
    st.lists(st.none(), max_size=1),
    st.dictionaries(st.sampled_from(["tfd", "cfdi", "uuid", "acuse", "records", "x"]), TEXTS | st.just({UUID: "201"})),
)
BODIES = st.one_of(
    st.builds(success, DATA),
    st.builds(error, MESSAGES, DATA, st.one_of(st.none(), MESSAGES)),
    st.dictionaries(
        st.sampled_from(["status", "data", "message"]), st.sampled_from(["success", "error", None, 1, "x"])
    ),
).map(filled)


@st.composite
def mangled(draw):
    """A good answer with a piece cut out, repeated or replaced."""
    body = draw(BODIES)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    return body[:start] + draw(st.sampled_from([b"", body[start:end] * 2, b"{", b"\x00", b"&x;"])) + body[end:]


@given(
    st.sampled_from(sorted(CALLS.keys() - {"login"})),
    st.one_of(BODIES, mangled(), st.binary(max_size=80)),
    st.sampled_from([200, 400]),
)
def test_no_answer_makes_a_wrong_stamp_or_a_wrong_never(name, body, status):
    try:
        result = call(name, lambda _: httpx.Response(status, content=body))
    except HubError:
        return
    if isinstance(result, Stamped):
        assert f'UUID="{result.uuid}"'.encode() in result.xml
        assert etree.fromstring(result.xml).get("Sello") == SELLO
        assert f'SelloCFD="{SELLO}"'.encode() in result.xml
    assert not isinstance(result, NeverStamped)
    if isinstance(result, Rejected):
        assert b"CFDI40147" in body or b"401 - " in body
    if isinstance(result, CancelReceived):
        assert b'"201"' in body
