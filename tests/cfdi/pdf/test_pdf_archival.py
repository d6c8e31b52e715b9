"""PDF/A-3b with the stamped XML inside: one file to keep."""

import io

import pytest
from lxml import etree
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from hub.cfdi.pdf import Brand, SourceError, TemplateError, default_template, render

UUID = "5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" opacity=".5"/></svg>'


@pytest.fixture
def archival(stamped):
    """A page with all that is risky in PDF/A: transparency, an image, a watermark."""
    return PdfReader(io.BytesIO(render(stamped("factura"), Brand(logo=LOGO), cancelled=True, attach_xml=True)))


def attachments(pdf: bytes) -> dict[str, list[bytes]]:
    return dict(PdfReader(io.BytesIO(pdf)).attachments)


@pytest.mark.parametrize("name", ["factura", "pago", "global", "egreso", "usd"])
def test_the_xml_is_inside_byte_for_byte(name, stamped):
    xml = stamped(name)
    uuid = etree.fromstring(xml).find(".//{*}TimbreFiscalDigital").get("UUID")

    assert attachments(render(xml, attach_xml=True)) == {f"{uuid}.xml": [xml]}


def test_a_byte_order_mark_and_line_ends_stay(stamped):
    xml = b"\xef\xbb\xbf" + stamped("factura").replace(b"\n", b"\r\n") + b"\r\n"

    assert attachments(render(xml, attach_xml=True)) == {f"{UUID}.xml": [xml]}


def test_nothing_is_inside_without_the_option(stamped):
    reader = PdfReader(io.BytesIO(render(stamped("factura"))))

    assert dict(reader.attachments) == {}
    assert "/AF" not in reader.trailer["/Root"]


def test_the_attachment_says_that_the_page_was_made_from_it(archival):
    (specification,) = (entry.get_object() for entry in archival.trailer["/Root"]["/AF"])

    assert specification["/AFRelationship"] == "/Source"
    assert (specification["/F"], specification["/UF"]) == (f"{UUID}.xml", f"{UUID}.xml")
    assert specification["/Desc"] == "CFDI timbrado (XML)"
    stream = specification["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/text/xml"
    assert "/ModDate" in stream["/Params"]


def test_it_declares_itself_pdf_a_3b(archival):
    root = etree.fromstring(archival.trailer["/Root"]["/Metadata"].get_object().get_data())

    assert (root.findtext(f".//{PDFAID}part"), root.findtext(f".//{PDFAID}conformance")) == ("3", "B")


def test_it_brings_its_colours_and_its_fonts_and_is_not_encrypted(archival):
    (intent,) = (entry.get_object() for entry in archival.trailer["/Root"]["/OutputIntents"])
    descriptors = list(descriptors_in(archival))

    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object()["/N"] == 3
    assert len(descriptors) >= 3
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in descriptors)
    assert not archival.is_encrypted
    assert "/ID" in archival.trailer


def test_it_runs_no_scripts_and_leads_nowhere_when_opened(archival):
    assert not {"/OpenAction", "/AA"} & archival.trailer["/Root"].keys()
    assert "/JavaScript" not in archival.trailer["/Root"]["/Names"]


@pytest.mark.parametrize("name", ["factura", "pago"])
def test_the_page_is_the_same_qr_included(name, stamped):
    """The drawing operators are equal byte for byte, so what decodes the QR of one decodes that of the other."""
    plain = PdfReader(io.BytesIO(render(stamped(name))))
    archival = PdfReader(io.BytesIO(render(stamped(name), attach_xml=True)))

    assert [drawn(page) for page in archival.pages] == [drawn(page) for page in plain.pages]


def test_equal_input_gives_equal_archival_bytes(stamped):
    assert render(stamped("factura"), attach_xml=True) == render(stamped("factura"), attach_xml=True)


def test_an_issuers_template_carries_the_xml_too(stamped):
    pdf = render(stamped("factura"), template=default_template(), attach_xml=True)

    assert attachments(pdf) == {f"{UUID}.xml": [stamped("factura")]}


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Taza 😀 azul", "Taza � azul"),
        ("Familia 👩\u200d👧", "Familia ��"),
        ("日本 y 日本", "�� y ��"),
        ("ə Ω ж", "ə Ω ж"),
    ],
)
def test_a_character_that_no_font_has_becomes_a_box_on_the_page_and_stays_in_the_xml(
    written, printed, stamped, text_of
):
    root = etree.fromstring(stamped("factura"))
    root.find(".//{*}Concepto").set("Descripcion", written)
    xml = etree.tostring(root, encoding="utf-8")
    pdf = render(xml, attach_xml=True)

    assert printed in text_of(pdf)
    assert attachments(pdf) == {f"{UUID}.xml": [xml]}


def test_an_emoji_of_the_template_itself_is_told(stamped):
    with pytest.raises(TemplateError, match="could not be displayed"):
        render(stamped("factura"), template="Gracias 😀", attach_xml=True)


@pytest.mark.parametrize("uuid", ["../../a", '"); #panic(', "5E2D6AFF"])
def test_a_uuid_that_is_none_names_no_file(uuid, stamped):
    root = etree.fromstring(stamped("factura"))
    root.find(".//{*}TimbreFiscalDigital").set("UUID", uuid)

    with pytest.raises(SourceError, match="of the timbre is none"):
        render(etree.tostring(root), attach_xml=True)


def drawn(page) -> bytes:
    return page.get_contents().get_data()


def descriptors_in(reader: PdfReader):
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            for part in font.get_object().get("/DescendantFonts", ArrayObject([font])):
                descriptor = part.get_object()["/FontDescriptor"].get_object()
                assert isinstance(descriptor, DictionaryObject)
                yield descriptor
