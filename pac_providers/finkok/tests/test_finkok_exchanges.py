"""Every exchange that is known of Finkok, and every answer that is not."""

import base64
import html

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.plugin import CancelReceived, Http, HubError, NeverStamped, Stamped, add_timbre
from pac_providers.finkok.provider import Finkok
from pac_providers.finkok.tests.documents import cancellation, config, invoice
from pac_providers.finkok.tests.exchanges import EARLIER, EXCHANGES, NEW, UUID, envelope, incidencia

REQUEST = invoice()
SELLO = etree.fromstring(REQUEST.xml).get("Sello")
TIMBRE = (
    '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
    f' UUID="{UUID}" SelloCFD="{SELLO}"/>'
)
CFDI = add_timbre(REQUEST.xml, TIMBRE.encode())
CANCELLATION = cancellation(UUID)
ARGUMENTS = {"stamp": REQUEST, "recover": REQUEST, "cancel": CANCELLATION, "status": CANCELLATION.cfdi}
FIELDS = {
    "stamp": ["xml", "username", "password"],
    "stamped": ["xml", "username", "password"],
    "cancel_signature": ["xml", "username", "password", "store_pending"],
    "get_sat_status": ["username", "password", "taxpayer_id", "rtaxpayer_id", "uuid", "total"],
}


def call(name, wire):
    plugin = Finkok(config())
    http = Http(httpx.Client(base_url="http://finkok.test", transport=httpx.MockTransport(wire)))
    return getattr(plugin, name)(http, ARGUMENTS[name])


def filled(body):
    return body.replace("$CFDI", html.escape(CFDI.decode())).replace("$UUID", UUID).encode()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda one: one.name.replace(" ", "-"))
def test_the_exchange_is_understood(exchange):
    left = list(exchange.answers)

    def wire(request):
        operation, status, body = left.pop(0)
        check_request(request, operation)
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
    elif expected is CancelReceived:
        received = call(exchange.call, wire)
        assert f"<Acuse><EstatusUUID>{received.code}<".encode() in received.acuse
    else:
        assert call(exchange.call, wire) == expected
    assert left == []


def check_request(request, operation):
    assert request.headers["soapaction"] == f'"{operation}"'
    assert request.headers["content-type"] == "text/xml; charset=utf-8"
    service = "stamp" if operation.startswith("stamp") else "cancel"
    assert request.url.path == f"/servicios/soap/{service}"
    (asked,) = etree.fromstring(request.content).find("{*}Body")
    namespace = f"{{http://facturacion.finkok.com/{service}}}"
    assert asked.tag == namespace + operation
    assert [one.tag for one in asked] == [namespace + name for name in FIELDS[operation]]
    sent = {"cancel_signature": CANCELLATION.signed_xml}.get(operation, REQUEST.xml)
    assert asked[0].tag != f"{namespace}xml" or base64.b64decode(asked[0].text) == sent


PIECES = st.sampled_from(
    [
        NEW,
        EARLIER,
        "<s0:xml>$CFDI</s0:xml>",
        "<s0:xml></s0:xml>",
        "<s0:UUID>$UUID</s0:UUID>",
        "<s0:CodEstatus>Comprobante timbrado satisfactoriamente</s0:CodEstatus>",
        "<s0:Incidencias/>",
        *(f"<s0:Incidencias>{incidencia(code)}</s0:Incidencias>" for code in ("307", "603", "709", "CFDI40147", "718")),
        f"<s0:Folios><s0:Folio><s0:UUID>{UUID}</s0:UUID><s0:EstatusUUID>201</s0:EstatusUUID></s0:Folio></s0:Folios>",
        "<s0:Folios/>",
        "<s0:sat><s0:Estado>Vigente</s0:Estado></s0:sat>",
        "<s0:error>x</s0:error>",
        "x",
    ]
)
SOAP = st.lists(PIECES, max_size=4).map(lambda pieces: filled(envelope("stamp", "stamp", "".join(pieces))))


@st.composite
def mangled(draw):
    """A good answer with a piece cut out, repeated or replaced."""
    body = draw(SOAP)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    return body[:start] + draw(st.sampled_from([b"", body[start:end] * 2, b"<", b"\x00", b"&x;"])) + body[end:]


@given(
    st.sampled_from(sorted(ARGUMENTS)), st.one_of(SOAP, mangled(), st.binary(max_size=80)), st.sampled_from([200, 400])
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
    if isinstance(result, NeverStamped):
        assert b">603<" in body
        assert not {b"307", b"709", UUID.encode()} & {part for part in (b"307", b"709", UUID.encode()) if part in body}
    if isinstance(result, CancelReceived):
        assert b">201<" in body
