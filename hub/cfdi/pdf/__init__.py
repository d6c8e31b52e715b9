"""The representación impresa: a stamped CFDI as PDF in the look of its issuer.

`render` is all that other packages need; `Brand` is how the issuer looks, `PdfError` what can be wrong.
"""

import json
from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from importlib.resources import files

from hub.cfdi.pdf.attachment import with_attachment
from hub.cfdi.pdf.brand import Brand
from hub.cfdi.pdf.compiler import compile_here, pdf_options, png_options
from hub.cfdi.pdf.errors import BrandError, PdfError, SourceError, TemplateError
from hub.cfdi.pdf.glyphs import without_missing
from hub.cfdi.pdf.isolated import compile_apart
from hub.cfdi.pdf.source import Source, read
from hub.cfdi.pdf.timbre import stamped_at
from hub.cfdi.pdf.view import view_of

__all__ = [
    "Brand",
    "BrandError",
    "PdfError",
    "SourceError",
    "TemplateError",
    "default_template",
    "preview",
    "render",
    "sample",
]


def render(
    xml: bytes,
    brand: Brand = Brand(),
    *,
    cancelled: bool = False,
    notes: str = "",
    test: bool = False,
    template: str | None = None,
    attach_xml: bool = False,
) -> bytes:
    """PDF of a stamped CFDI 4.0 with all that CFF 29-A and RMF 2.7.1.7 ask for; same input, same bytes.

    Args:
        xml: The stamped XML as the PAC returned it.
        brand: The issuer's name, logo, colours and contact lines.
        cancelled: Print CANCELADO across every page.
        notes: Free text beside the totals; line breaks are kept.
        test: Mark every page as without fiscal validity (a PAC's sandbox stamped it).
        template: Typst source in place of `default_template()`. It runs in a process of its own that can open
            nothing and is killed if it takes too long (`isolated.Limits`).
        attach_xml: Make it a PDF/A-3b that carries `xml` byte for byte as `<UUID>.xml`. It has a box for a character
            that no font has, such as an emoji.

    Raises:
        SourceError: The XML is not a stamped CFDI 4.0.
        TemplateError: Typst refused the template, or it passed a limit.
    """
    source = read(xml)
    document = _document(source, cancelled=cancelled, notes=notes, test=test)
    sources = with_attachment(_sources(template), xml, source) if attach_xml else _sources(template)
    created = int(stamped_at(source).replace(tzinfo=UTC).timestamp())
    options = pdf_options(created, archival=attach_xml)
    inputs, compiled = _inputs(document, brand), _compiler_of(template)
    try:
        return compiled(sources, inputs, options)[0]
    except TemplateError as error:
        if (readable := without_missing(inputs, error)) == inputs:
            raise
        return compiled(sources, readable, options)[0]


def preview(
    xml: bytes,
    brand: Brand = Brand(),
    *,
    cancelled: bool = False,
    notes: str = "",
    test: bool = False,
    template: str | None = None,
    ppi: float = 144,
) -> list[bytes]:
    """What `render` makes, as one PNG image per page at `ppi` pixels per inch; arguments and errors are those."""
    document = _document(read(xml), cancelled=cancelled, notes=notes, test=test)
    return _compiler_of(template)(_sources(template), _inputs(document, brand), png_options(ppi))


@lru_cache(maxsize=1)
def default_template() -> str:
    """The typst source that `render` uses; copy it to make one's own."""
    return (files(__name__) / "template.typ").read_text(encoding="utf-8")


def sample() -> bytes:
    """A CFDI that nobody stamped, to try a template with."""
    return (files(__name__) / "sample.xml").read_bytes()


def _document(source: Source, *, cancelled: bool, notes: str, test: bool) -> dict[str, object]:
    return {**view_of(source), "cancelado": cancelled, "prueba": test, "notas": notes.splitlines()}


def _compiler_of(template: str | None) -> Callable[..., list[bytes]]:
    return compile_here if template is None else compile_apart


def _sources(template: str | None) -> dict[str, bytes]:
    return {"main.typ": (template if template is not None else default_template()).encode()}


def _inputs(document: dict[str, object], brand: Brand) -> dict[str, str]:
    return {"cfdi": json.dumps(document, ensure_ascii=False), "brand": json.dumps(brand.view(), ensure_ascii=False)}
