"""The sealed bytes are found in every way that PACs take them, and not one byte more passes for them."""

import base64
import html

import httpx
import pytest

from hub.testing import carries
from hub.testing.wire import mentions

XML = '<?xml version="1.0"?>\n<cfdi:Comprobante Sello="x+/=">ñ &amp; más</cfdi:Comprobante>\n'.encode()
WAYS = {
    "raw": lambda xml: httpx.Request("POST", "https://pac.example", content=xml),
    "json": lambda xml: httpx.Request("POST", "https://pac.example", json={"a": [{"xml": xml.decode()}]}),
    "base64 in json": lambda xml: httpx.Request("POST", "https://pac.example", json={"xml": _base64(xml)}),
    "an option before base64": lambda xml: httpx.Request("POST", "https://pac.example", json=[f"XML:{_base64(xml)}"]),
    "base64 in soap": lambda xml: _soap(_base64(xml)),
    "escaped in soap": lambda xml: _soap(html.escape(xml.decode())),
    "cdata": lambda xml: _soap(f"<![CDATA[{xml.decode()}]]>"),
    "base64 in cdata": lambda xml: _soap(f"<![CDATA[{_base64(xml)}]]>"),
    "a form": lambda xml: httpx.Request("POST", "https://pac.example", data={"user": "u", "xml": xml.decode()}),
    "base64 in a form": lambda xml: httpx.Request("POST", "https://pac.example", data={"xml": _base64(xml)}),
    "base64 in a file": lambda xml: _read(
        httpx.Request("POST", "https://pac.example", files={"xml": ("a.b64", _base64(xml).encode())})
    ),
    "a file": lambda xml: _read(httpx.Request("POST", "https://pac.example", files={"xml": ("a.xml", xml)})),
}


def _base64(xml):
    return base64.b64encode(xml).decode()


def _soap(inside):
    body = f"<Envelope><Body><stamp><xml>{inside}</xml><user>u</user></stamp></Body></Envelope>"
    return httpx.Request("POST", "https://pac.example", content=body.encode())


def _read(request):
    request.read()
    return request


@pytest.mark.parametrize("way", WAYS)
def test_the_very_bytes_are_found_and_others_are_not(way):
    asked = WAYS[way]

    assert carries(asked(XML), XML)
    for other in (XML + b"\n", b" " + XML, XML[:-1], XML.replace(b"\n<", b"<")):
        assert not carries(asked(other), XML)


def test_a_text_inside_the_body_is_found_without_being_all_of_it():
    assert mentions(WAYS["raw"](XML), b"cfdi:Comprobante")
    assert mentions(WAYS["base64 in json"](XML), b"cfdi:Comprobante")
    assert not mentions(WAYS["raw"](XML), b"nomina12")
