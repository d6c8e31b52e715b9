"""Seals a document: certificate, cadena original and Sello, ready to be stamped."""

from typing import NamedTuple

from hub.cfdi import cadena, xml
from hub.cfdi.csd import Csd
from hub.cfdi.document import Comprobante, record
from hub.cfdi.nodes import nodes
from hub.cfdi.text import is_plain


class Sealed(NamedTuple):
    """The sealed bytes, which never change again, and what was signed."""

    xml: bytes
    cadena: str
    sello: str


def seal(comprobante: Comprobante, csd: Csd) -> Sealed:
    """Signs a CFDI 4.0 with the issuer's CSD, without the timbre of an earlier seal.

    Raises ValueError if the CSD is of another RFC (PAC code 303), for a complement that the hub does not know, and for
    a 3.3, which no PAC stamps any more.
    """
    if comprobante.version != "4.0":
        raise ValueError(f"only a CFDI 4.0 can be sealed, not a {comprobante.version}")
    if csd.rfc != comprobante.emisor.rfc:
        raise ValueError(
            f"the CSD {csd.numero} belongs to {csd.rfc}, the issuer is {comprobante.emisor.rfc} (code 303)"
        )
    cadena.check_all_known(comprobante)
    unstamped = comprobante if comprobante.timbre is None else comprobante._replace(timbre=None)
    written = nodes(unstamped, csd.numero)
    signed = cadena.joined(written)
    encoded = signed.encode(errors="surrogatepass")
    plain = is_plain(encoded)  # one look at all the texts instead of one at each attribute
    if not plain:
        written = xml.escaped(written)
    if not (plain and cadena.is_tidy(signed)):
        signed = cadena.tidy(signed)
        encoded = signed.encode()
    sello = csd.sign_bytes(encoded)
    return record(Sealed, (xml.joined(written, certificado=csd.certificate_base64, sello=sello), signed, sello))
