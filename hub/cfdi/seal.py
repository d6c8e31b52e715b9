"""Seals a document: certificate, cadena original and Sello, ready to be stamped."""

from hashlib import sha256
from typing import NamedTuple

from hub.cfdi.cadena import cadena_original
from hub.cfdi.csd import Csd
from hub.cfdi.document import Comprobante
from hub.cfdi.xml import to_xml


class Sealed(NamedTuple):
    """The sealed bytes, which never change again, and what was signed. `sha256` is the hex digest of `xml`."""

    xml: bytes
    cadena: str
    sello: str
    sha256: str


def seal(comprobante: Comprobante, csd: Csd) -> Sealed:
    """Signs the document with the issuer's CSD. Raises ValueError if the CSD is of another RFC (PAC code 303)."""
    if csd.rfc != comprobante.emisor.rfc:
        raise ValueError(
            f"the CSD {csd.numero} belongs to {csd.rfc}, the issuer is {comprobante.emisor.rfc} (code 303)"
        )
    cadena = cadena_original(comprobante, no_certificado=csd.numero)
    sello = csd.sign(cadena)
    xml = to_xml(comprobante, no_certificado=csd.numero, certificado=csd.certificate_base64, sello=sello)
    return Sealed(xml, cadena, sello, sha256(xml).hexdigest())
