"""A timbre goes into the sealed bytes without touching one of them, and is believed only of our own seal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.plugin import InDoubtError, StampRequest, Timbre, add_timbre, parse_xml, read_timbre, stamp_of

UUID = "5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47"
TFD = (
    '<tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
    f' UUID="{UUID}" SelloCFD="c2VsbG8=" SelloSAT="c2F0"/>'
).encode()
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
HEAD += b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4"  Sello="c2VsbG8=">'
EMISOR = '<cfdi:Emisor Nombre="PEÑA &amp; CÍA"  /><!-- Complemento -->'.encode()
END = b"</cfdi:Comprobante\n>\n"
WRAPPED = b"<cfdi:Complemento>" + TFD + b"</cfdi:Complemento>"
ADDENDA = b'<cfdi:Addenda><x xmlns="urn:x"><Complemento/></x></cfdi:Addenda>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EMISOR + END, EMISOR + WRAPPED + END),
        (EMISOR + ADDENDA + END, EMISOR + WRAPPED + ADDENDA + END),
        (EMISOR + b"<cfdi:Complemento />" + ADDENDA + END, EMISOR + WRAPPED + ADDENDA + END),
        (
            EMISOR + b"<cfdi:Complemento> <a/></cfdi:Complemento>" + ADDENDA + END,
            EMISOR + b"<cfdi:Complemento> <a/>" + TFD + b"</cfdi:Complemento>" + ADDENDA + END,
        ),
    ],
    ids=["bare", "before the addenda", "empty complemento", "complemento with content"],
)
def test_the_timbre_goes_into_the_complemento_and_every_other_byte_stays(before, after):
    assert add_timbre(HEAD + before, TFD) == HEAD + after


def test_a_default_namespace_and_a_declaration_of_the_timbre_are_understood():
    xml = b'<Comprobante xmlns="http://www.sat.gob.mx/cfd/4" Sello="c2VsbG8="><Emisor/></Comprobante>'
    stamped = add_timbre(xml, b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n' + TFD)
    assert stamped == xml.replace(b"</Comp", b"<Complemento>" + TFD + b"</Complemento></Comp")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), st.booleans(), st.booleans())
def test_whatever_the_document_says_it_says_the_same_with_a_timbre(text, complemento, addenda):
    root = etree.fromstring(HEAD + EMISOR + END)
    root[0].set("Nombre", text)
    cfdi = "{http://www.sat.gob.mx/cfd/4}"
    if complemento:
        etree.SubElement(etree.SubElement(root, f"{cfdi}Complemento"), "pago").text = text
    if addenda:
        etree.SubElement(root, f"{cfdi}Addenda").text = text
    xml = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    stamped = add_timbre(xml, TFD)
    assert read_timbre(stamped) == Timbre(UUID, "c2VsbG8=")
    assert stamped.replace(WRAPPED, b"").replace(TFD, b"") == xml


@pytest.mark.parametrize(
    ("xml", "timbre"),
    [
        (HEAD + EMISOR + WRAPPED + END, TFD),
        (HEAD + END, TFD),
        (b"<a/>", TFD),
        (b"", TFD),
        (HEAD + EMISOR + END, b""),
        (HEAD + EMISOR + END, b"<a/>"),
        (HEAD + EMISOR + END, HEAD + EMISOR + WRAPPED + END),
        (HEAD + EMISOR + END, TFD + TFD),
        (HEAD + EMISOR + END, TFD.replace(UUID.encode(), b"42")),
    ],
)
def test_what_cannot_be_joined_is_a_doubt(xml, timbre):
    with pytest.raises(InDoubtError):
        add_timbre(xml, timbre)


def test_a_stamp_is_believed_only_of_the_seal_that_was_sent():
    request = StampRequest("doc-1", HEAD + EMISOR + END, "EKU9003173C9")
    stamped = stamp_of(request, add_timbre(request.xml, TFD))
    assert (stamped.uuid, stamped.xml) == (UUID, HEAD + EMISOR + WRAPPED + END)
    for other in (
        stamped.xml.replace(b"c2VsbG8=", b"b3Rybw=="),
        stamped.xml.replace(b' SelloCFD="c2VsbG8="', b' SelloCFD="b3Rybw=="'),
        stamped.xml.replace(b'  Sello="c2VsbG8="', b'  Sello="b3Rybw=="'),
        stamped.xml.replace(WRAPPED, WRAPPED + WRAPPED),
        request.xml,
        TFD,
        b"",
    ):
        with pytest.raises(InDoubtError):
            stamp_of(request, other)


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a>",
        b"\xff\xfe",
        b'{"a": 1}',
        BOMB,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>" + b"x" * 10_000_000 + b"</a>",
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
    ids=["nothing", "half", "not text", "json", "bomb", "doctype", "encoding", "too long", "too deep"],
)
def test_xml_that_is_no_plain_xml_is_a_doubt_that_quotes_nothing(content):
    with pytest.raises(InDoubtError) as caught:
        parse_xml(content)
    assert len(str(caught.value)) < 100


def test_plain_xml_is_read_without_its_comments():
    root = parse_xml('<a><!-- b --><c d="ñ"/></a>'.encode())
    assert [(child.tag, child.get("d")) for child in root] == [("c", "ñ")]


def test_bytes_that_are_not_written_as_they_say_take_no_timbre():
    with pytest.raises(InDoubtError, match="not written as they say"):
        add_timbre((HEAD + EMISOR + END).decode().encode("utf-16"), TFD)
