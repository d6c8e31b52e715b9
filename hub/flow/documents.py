"""The files of a CFDI: the XML as it was stamped, and its representación impresa."""

from hub.cfdi.pdf import Brand, render
from hub.store import Cfdi

from .context import Flow


def stem_of(cfdi: Cfdi) -> str:
    """File name without extension: issuer, series and folio, as an accountant sorts them."""
    return f"{cfdi.rfc_emisor}_{cfdi.serie}{cfdi.folio}_{(cfdi.uuid or '')[:8].upper()}"


def pdf_of(flow: Flow, issuer: str, xml: bytes, *, cancelled: bool = False) -> bytes:
    """The PDF in the issuer's look; marked as a test unless the hub works for real."""
    portal = flow.issuer(issuer).portal
    brand = Brand(
        nombre=portal.nombre,
        logo=portal.logo,
        primary=portal.primary,
        secondary=portal.secondary,
        email=portal.email or "",
        phone=portal.telefono or "",
        web=portal.url or "",
    )
    return render(xml, brand, cancelled=cancelled, test=flow.settings.environment == "test")
