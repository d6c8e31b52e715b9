"""The representación impresa: a stamped CFDI as PDF in the look of its issuer.

`render` is all that other packages need; `Brand` is how the issuer looks, `PdfError` what can be wrong.
"""

import json
from datetime import UTC
from functools import lru_cache
from importlib.resources import files

from hub.cfdi.pdf.brand import Brand
from hub.cfdi.pdf.compiler import compile_pdf, compile_png
from hub.cfdi.pdf.errors import BrandError, PdfError, SourceError, TemplateError
from hub.cfdi.pdf.source import Source, read
from hub.cfdi.pdf.timbre import stamped_at
from hub.cfdi.pdf.view import view_of

__all__ = ["Brand", "BrandError", "PdfError", "SourceError", "TemplateError", "default_template", "preview", "render"]


def render(
    xml: bytes,
    brand: Brand = Brand(),
    *,
    cancelled: bool = False,
    notes: str = "",
    test: bool = False,
    template: str | None = None,
) -> bytes:
    """PDF of a stamped CFDI 4.0 with all that CFF 29-A and RMF 2.7.1.7 ask for; same input, same bytes.

    Args:
        xml: The stamped XML as the PAC returned it.
        brand: The issuer's name, logo, colours and contact lines.
        cancelled: Print CANCELADO across every page.
        notes: Free text beside the totals; line breaks are kept.
        test: Mark every page as without fiscal validity (a PAC's sandbox stamped it).
        template: Typst source in place of `default_template()`; it runs in this process, so take it only from
            somebody who may also change the configuration.

    Raises:
        SourceError: The XML is not a stamped CFDI 4.0.
        TemplateError: Typst refused the template.
    """
    source = read(xml)
    document = _document(source, cancelled=cancelled, notes=notes, test=test)
    sources = _sources(template)
    return compile_pdf(
        sources, _inputs(document, brand), created=int(stamped_at(source).replace(tzinfo=UTC).timestamp())
    )


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
    """What `render` makes, as one PNG image per page at `ppi` pixels per inch; arguments and errors are the same."""
    document = _document(read(xml), cancelled=cancelled, notes=notes, test=test)
    return compile_png(_sources(template), _inputs(document, brand), ppi)


@lru_cache(maxsize=1)
def default_template() -> str:
    """The typst source that `render` uses; copy it to make one's own."""
    return (files(__name__) / "template.typ").read_text(encoding="utf-8")


def _document(source: Source, *, cancelled: bool, notes: str, test: bool) -> dict[str, object]:
    return {**view_of(source), "cancelado": cancelled, "prueba": test, "notas": notes.splitlines()}


def _sources(template: str | None) -> dict[str, bytes]:
    return {"main.typ": (template if template is not None else default_template()).encode()}


def _inputs(document: dict[str, object], brand: Brand) -> dict[str, str]:
    return {"cfdi": json.dumps(document, ensure_ascii=False), "brand": json.dumps(brand.view(), ensure_ascii=False)}
