"""Seals a document: certificate, cadena original and Sello, ready to be stamped."""

from typing import NamedTuple

from hub.cfdi import cadena, xml
from hub.cfdi.csd import Csd
from hub.cfdi.document import Comprobante
from hub.cfdi.nodes import nodes
from hub.cfdi.text import is_plain


class Sealed(NamedTuple):
    """The sealed bytes, which never change again, and what was signed."""

    xml: bytes
    cadena: str
    sello: str


def seal(comprobante: Comprobante, csd: Csd) -> Sealed:
    """Signs the document with the issuer's CSD. Raises ValueError if the CSD is of another RFC (PAC code 303)."""
    if csd.rfc != comprobante.emisor.rfc:
        raise ValueError(
            f"the CSD {csd.numero} belongs to {csd.rfc}, the issuer is {comprobante.emisor.rfc} (code 303)"
        )
    written = nodes(comprobante, csd.numero)
    signed = cadena.joined(written)
    plain = is_plain(signed)  # one look at all the texts instead of one at each attribute
    if not plain:
        written = xml.escaped(written)
    if not (plain and cadena.is_tidy(signed)):
        signed = cadena.tidy(signed)
    sello = csd.sign(signed)
    return Sealed(xml.joined(written, certificado=csd.certificate_base64, sello=sello), signed, sello)
