"""Seals a document: certificate, cadena original and Sello, ready to be stamped."""

from typing import NamedTuple

from hub.cfdi.cadena import tidy, values
from hub.cfdi.csd import Csd
from hub.cfdi.document import Comprobante
from hub.cfdi.text import is_plain
from hub.cfdi.xml import escaped, write


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
    texts = values(comprobante, csd.numero)
    cadena = tidy(texts)
    sello = csd.sign(cadena)
    # One look at all the texts instead of one at each attribute.
    writable = comprobante if is_plain(texts) else escaped(comprobante)
    xml = write(writable, no_certificado=csd.numero, certificado=csd.certificate_base64, sello=sello)
    return Sealed(xml, cadena, sello)
