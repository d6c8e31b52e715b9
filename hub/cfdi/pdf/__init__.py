"""The representación impresa: a stamped CFDI as PDF in the look of its issuer.

`render` is all that other packages need; `Brand` is how the issuer looks, `PdfError` what can be wrong.
"""

import json
from datetime import UTC
from functools import lru_cache
from importlib.resources import files

from hub.cfdi.pdf.brand import Brand
from hub.cfdi.pdf.compiler import compile_pdf
from hub.cfdi.pdf.errors import BrandError, PdfError, SourceError, TemplateError
from hub.cfdi.pdf.source import read
from hub.cfdi.pdf.timbre import stamped_at
from hub.cfdi.pdf.view import view_of

__all__ = ["Brand", "BrandError", "PdfError", "SourceError", "TemplateError", "default_template", "render"]


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
        TemplateError: Typst refused the template or the logo.
    """
    source = read(xml)
    document = {**view_of(source), "cancelado": cancelled, "prueba": test, "notas": notes.splitlines()}
    sources = {"main.typ": (template or default_template()).encode()}
    if brand.logo is not None:
        sources["logo"] = brand.logo
    inputs = {"cfdi": json.dumps(document, ensure_ascii=False), "brand": json.dumps(brand.view(), ensure_ascii=False)}
    return compile_pdf(sources, inputs, created=int(stamped_at(source).replace(tzinfo=UTC).timestamp()))


@lru_cache(maxsize=1)
def default_template() -> str:
    """The typst source that `render` uses; copy it to make one's own."""
    return (files(__name__) / "template.typ").read_text(encoding="utf-8")
