"""The QR of a CFDI: SAT's verification address of this very document (Anexo 33, apartado I.D)."""

import io
from dataclasses import dataclass

import segno

VERIFICATION_URL = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"

# Trying all eight masks costs four times the rest, and text as random as a UUID and a seal is as even under any.
_MASK = 3


@dataclass(frozen=True, slots=True)
class QrData:
    """The five values SAT asks for; `total` and `sello` exactly as the XML writes them."""

    uuid: str
    rfc_emisor: str
    rfc_receptor: str
    total: str
    sello: str


def qr_text(data: QrData) -> str:
    """The verification expression; an `&` of an RFC is written `&amp;` and the seal gives its last 8 characters."""
    fields = {
        "id": data.uuid,
        "re": data.rfc_emisor.replace("&", "&amp;"),
        "rr": data.rfc_receptor.replace("&", "&amp;"),
        "tt": data.total,
        "fe": data.sello[-8:],
    }
    return VERIFICATION_URL + "?" + "&".join(f"{name}={value}" for name, value in fields.items())


def qr_svg(text: str) -> str:
    """The symbol at error level M or better as SVG without margin; print it at least 2.75 cm wide, white around it."""
    out = io.BytesIO()
    symbol = segno.make(text, error="m", micro=False, mask=_MASK)
    symbol.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode()
