"""Whatever the bytes, reading ends soon and with one kind of error that says what and where."""

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.cfdi import MalformedXmlError, read, seal, to_xml, validate, verify_seal, with_addenda
from hub.cfdi.parse import MAX_BYTES, MAX_DEPTH, MAX_PARTS
from tests.support.cfdi_samples import IVA_16, invoice, sold
from tests.support.every_node import VERSIONS, whole

COMPROBANTE = '<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/4" Version="4.0"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BILLION = f'<!DOCTYPE c:Comprobante [<!ENTITY l0 "ja">{LAUGHS}]>{COMPROBANTE} Serie="&l11;">&l11;</c:Comprobante>'
QUADRATIC = f'<!DOCTYPE c [<!ENTITY a "{"a" * 100_000}">]>{COMPROBANTE} Serie="{"&a;" * 100_000}"/>'
EXTERNAL = f'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>{COMPROBANTE}>&x;</c:Comprobante>'
REMOTE = f'<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd">{COMPROBANTE}/>'
DEFAULTS = f'<!DOCTYPE c:Comprobante [<!ATTLIST c:Comprobante Serie CDATA "X">]>{COMPROBANTE}/>'
DOCTYPES = {
    "billion laughs": BILLION,
    "quadratic blow-up": QUADRATIC,
    "a local file": EXTERNAL,
    "a remote DTD": REMOTE,
    "default attributes": DEFAULTS,
    "hidden behind comments": f"<?xml version='1.0'?>\n<!-- <a> --><?a ?><!-- --> {BILLION}",
}


@pytest.mark.parametrize("kind", DOCTYPES)
def test_a_doctype_is_refused_before_anything_is_expanded(kind):
    for xml in (DOCTYPES[kind].encode(), b"\xef\xbb\xbf" + DOCTYPES[kind].encode()):
        for use in (read, verify_seal):
            with pytest.raises(MalformedXmlError, match="DOCTYPE"):
                use(xml)
        assert "DOCTYPE" in validate(xml)[0].message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
@pytest.mark.parametrize("kind", DOCTYPES)
def test_a_doctype_in_another_encoding_is_refused_too(kind, encoding):
    declared = f"<?xml version='1.0' encoding='{encoding}'?>{DOCTYPES[kind].removeprefix(chr(60) + '?xml version=')}"
    for text in (DOCTYPES[kind], declared):
        xml = text.encode(encoding)
        with pytest.raises(MalformedXmlError):
            read(xml)
        assert validate(xml)
        with pytest.raises(MalformedXmlError):
            with_addenda(to_xml(invoice(sold("116.00", IVA_16))), xml)


def test_the_word_doctype_in_an_addenda_is_no_doctype():
    xml = whole("4.0").replace(b"<n>", b"<!DOCTYPE html>")

    assert "<!DOCTYPE html>" in read(xml).addenda[0].xml


def test_a_huge_file_is_refused_by_its_size_alone():
    xml = bytes(200_000_000)

    with pytest.raises(MalformedXmlError, match=f"at most {MAX_BYTES:,}"):
        read(xml)


@pytest.mark.parametrize(
    ("start", "part", "end"),
    [
        (b"<cfdi:Addenda>", b"<a/>", b"</cfdi:Addenda>"),
        (b"<cfdi:Addenda>", b"<a>", b"</a>"),
        (b"<cfdi:Addenda><a ", b"b='' ", b"/></cfdi:Addenda>"),
        (b"<cfdi:Addenda>", b"<!---->", b"</cfdi:Addenda>"),
        (b"<cfdi:Addenda>", b"<?a?>", b"</cfdi:Addenda>"),
    ],
)
def test_more_parts_than_any_invoice_has_are_refused_before_parsing(start, part, end):
    with pytest.raises(MalformedXmlError, match=f"more than {MAX_PARTS:,} tags"):
        read(whole("4.0").replace(b"<cfdi:Addenda>", start + part * (MAX_PARTS + 1) + end + b"<cfdi:Addenda>"))


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, 255, 3000, 100_000])
def test_deep_nesting_is_refused_wherever_it_stands(depth):
    deep = b"<a>" * depth + b"</a>" * depth
    for name in (b"Addenda", b"Complemento"):
        opening = b"<cfdi:%b>" % name
        with pytest.raises(MalformedXmlError, match=r"deep|depth"):
            read(whole("4.0").replace(opening, opening + deep))
    with pytest.raises(MalformedXmlError, match=r"deep|depth|not a CFDI"):
        read(deep)


def test_nesting_that_an_addenda_may_have_is_read():
    deep = b"<a>" * (MAX_DEPTH - 2) + b"</a>" * (MAX_DEPTH - 2)

    assert len(read(whole("4.0").replace(b"<cfdi:Addenda>", b"<cfdi:Addenda>" + deep)).addenda) == 2


@pytest.mark.parametrize(
    "part", [b"a" * 11_000_000, b"<!--" + b"a" * 11_000_000 + b"-->", b'<b c="%b"/>' % (b"a" * 11_000_000)]
)
def test_one_endless_text_is_refused(part):
    with pytest.raises(MalformedXmlError):
        read(whole("4.0").replace(b"<cfdi:Addenda>", b"<cfdi:Addenda><a>" + part + b"</a>"))


def test_very_many_attributes_are_refused_by_the_first_unknown_one():
    names = b" ".join(b"a%d=''" % number for number in range(100_000))

    with pytest.raises(MalformedXmlError, match="/cfdi:Emisor/@a0: SAT's schema knows no such attribute"):
        read(whole("4.0").replace(b"<cfdi:Emisor ", b"<cfdi:Emisor " + names + b" "))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "iso-8859-1", "cp037"])
def test_a_cfdi_is_in_utf_8(encoding):
    text = whole("4.0").decode().replace("texto", "ñandú")

    for xml in (f"<?xml version='1.0' encoding='{encoding}'?>{text}", text):
        with pytest.raises(MalformedXmlError):
            read(xml.encode(encoding))


def test_a_declared_encoding_is_believed_over_what_the_bytes_could_be():
    text = whole("4.0").decode()

    with pytest.raises(MalformedXmlError, match="written in UTF-8, this says windows-1252"):
        read(f'<?xml version="1.0" encoding="windows-1252"?>{text}'.encode())
    assert read(f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()) == read(text.encode())


def test_a_byte_order_mark_says_nothing():
    xml = to_xml(invoice(sold("116.00", IVA_16)))

    assert read(b"\xef\xbb\xbf" + xml) == read(xml)


@pytest.mark.parametrize(
    "bad", [b"\0", b"&#0;", b"\x0b", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"&x;", b"&#xD800;", b"<"]
)
def test_characters_that_xml_cannot_carry_are_refused(bad):
    for place in (b'Serie="', b'<x:Otro xmlns:x="urn:otro" a="1">', b'DomicilioFiscalReceptor="'):
        xml = whole("4.0").replace(place, place + bad)
        assert xml != whole("4.0")
        with pytest.raises(MalformedXmlError):
            read(xml)


def test_a_document_cut_short_anywhere_is_refused(escuela_csd):
    xml = seal(invoice(sold("116.00", IVA_16)), escuela_csd).xml

    for end in range(len(xml)):
        with pytest.raises(MalformedXmlError):
            read(xml[:end])


@pytest.mark.parametrize("version", VERSIONS)
def test_two_documents_in_one_file_are_refused(version):
    with pytest.raises(MalformedXmlError):
        read(whole(version) * 2)


BYTES = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"<?",
    b'"',
    b"\0",
    b"\xff",
    b"<!DOCTYPE a[",
    b"&#1;",
    b" a=''",
    b"=",
]


def answers(xml):
    """Read and verified, or refused with the one error."""
    for use in (read, verify_seal):
        try:
            use(xml)
        except MalformedXmlError as error:
            told = (error.what, error.where[:1])
        else:
            told = ("read", "/")
        assert told[0]
        assert told[1] == "/"


@BYTES
@given(st.binary(max_size=300))
@example(b"")
def test_any_bytes_are_refused_in_words(xml):
    with pytest.raises(MalformedXmlError):
        read(xml)


@BYTES
@given(version=st.sampled_from(VERSIONS), data=st.data())
def test_a_damaged_document_is_read_or_refused(version, data):
    xml = bytearray(whole(version))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(xml)))
        xml[at : at + data.draw(st.integers(0, 40))] = data.draw(st.sampled_from(PIECES) | st.binary(max_size=8))

    answers(bytes(xml))


@BYTES
@given(seed=st.integers(0, 2**32), version=st.sampled_from(VERSIONS))
def test_a_document_put_together_wrongly_is_read_or_refused(seed, version):
    choice = random.Random(seed)
    root = etree.fromstring(whole(version))
    everything = [element for element in root.iter() if isinstance(element.tag, str)]
    for _ in range(choice.randint(1, 5)):
        one, other = choice.choice(everything), choice.choice(everything)
        match choice.randint(0, 4):
            case 0 if one is not root and one not in other.iterancestors() and one is not other:
                other.append(one)
            case 1 if one.attrib:
                one.set(choice.choice(one.keys()), choice.choice(["", " ", "-1", "1e9", "9" * 70_000, "ñ", "0", "1.1"]))
            case 2 if one.attrib and not other.tag.startswith("{urn"):
                other.set(*choice.choice(one.items()))
            case 3:
                one.tag = other.tag
            case _:
                one.clear()

    answers(etree.tostring(root, encoding="utf-8"))
