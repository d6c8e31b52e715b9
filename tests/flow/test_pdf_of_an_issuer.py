"""An issuer's own template and words on the PDF; what is wrong with them stops no invoice."""

import io
from dataclasses import replace

import pytest
import structlog
from pydantic import ValidationError
from pypdf import PdfReader

from hub.cfdi.pdf import sample
from hub.config import PdfSettings
from hub.flow.documents import pdf_of

TEMPLATE = "#let cfdi = json(bytes(sys.inputs.cfdi))\n#set document(date: none)\nMi factura: #cfdi.total.importe"


@pytest.fixture
def pdf_with(hub):
    """The PDF of the sample by an issuer with these settings."""

    def make(**settings: object) -> PdfReader:
        issuer = hub.flow.issuer("tienda").model_copy(update={"pdf": PdfSettings(**settings)})
        changed = hub.settings.model_copy(update={"issuers": {"tienda": issuer}})
        return PdfReader(io.BytesIO(pdf_of(replace(hub.flow, settings=changed), "tienda", sample())))

    return make


def text_in(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_an_issuers_template_is_used(pdf_with):
    assert text_in(pdf_with(template=TEMPLATE.encode())) == "Mi factura: $1,160.00"


def test_a_byte_order_mark_of_an_editor_does_no_harm(pdf_with):
    assert text_in(pdf_with(template=b"\xef\xbb\xbf" + TEMPLATE.encode())) == "Mi factura: $1,160.00"


def test_a_broken_template_is_told_and_the_buyer_gets_the_shipped_one(pdf_with):
    with structlog.testing.capture_logs() as said:
        text = text_in(pdf_with(template=b"Hola\n#nothing"))

    assert "Artículo de ejemplo" in text
    (line,) = said
    assert (line["event"], line["log_level"]) == ("pdf_template_failed", "error")
    assert "unknown variable: nothing" in line["reason"]


def test_notes_stand_beside_the_totals(pdf_with):
    assert "Cambios dentro de 30 días" in text_in(pdf_with(notes="Cambios dentro de 30 días"))


def test_the_xml_is_inside_if_the_issuer_wants_it(pdf_with):
    assert list(pdf_with(attach_xml=True).attachments.values()) == [[sample()]]
    assert not pdf_with().attachments


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 1_000_001], ids=["not text", "too big"])
def test_a_template_that_is_none_is_refused_by_the_configuration(content):
    with pytest.raises(ValidationError):
        PdfSettings(template=content)
