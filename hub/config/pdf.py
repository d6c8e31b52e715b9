"""The representación impresa of an issuer: its own template, notes and the XML inside."""

from typing import Annotated

from pydantic import AfterValidator, Field

from .section import Section, refused

MAX_TEMPLATE_BYTES = 1_000_000


def _is_typst(content: bytes) -> bytes:
    if len(content) > MAX_TEMPLATE_BYTES:
        raise refused("is larger than 1 MB", "a template is text; the shipped one has 14 kB")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("is not UTF-8 text", "write a typst template; `hub check` compiles it") from None
    return content


class PdfSettings(Section):
    """How the PDF of an invoice looks, beyond logo and colours."""

    template: Annotated[bytes, AfterValidator(_is_typst)] | None = Field(
        default=None,
        repr=False,
        description="typst template in place of the shipped one; see docs/operate/pdf.md",
        examples=[{"$file": "factura.typ"}],
    )
    notes: str = Field(
        default="",
        max_length=1000,
        description="text beside the totals of every invoice, such as how to return goods",
        examples=["Cambios y devoluciones dentro de 30 días."],
    )
    attach_xml: bool = Field(default=False, description="make PDF/A-3b files that carry the stamped XML inside")

    @property
    def template_text(self) -> str | None:
        """The template as text, without a byte order mark; None for the shipped one."""
        return None if self.template is None else self.template.decode("utf-8-sig")
