"""Checks who sealed a CFDI and whether the signatures hold, by SAT's own XSLT instead of our cadena."""

import base64
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from hub.cfdi.cadena import cadena_timbre
from hub.cfdi.csd import certificate_numero, load_certificate, subject_text
from hub.cfdi.document import TimbreFiscal
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import cfdi_root, comprobante_of
from hub.sat import catalogs

if TYPE_CHECKING:
    from lxml.etree import XSLT, _Element

_CFD = "www.sat.gob.mx/sitio_internet/cfd"
_XSLT = {
    "4.0": f"{_CFD}/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt",
    "3.3": f"{_CFD}/3/cadenaoriginal_3_3/cadenaoriginal_3_3.xslt",
}
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Whose certificate sealed a CFDI and whether the signatures hold.

    `rfc` and `no_certificado` are those of the certificate in the document. `sello` is the issuer's seal: made with
    that certificate over this document, which names it. `timbre` tells whether the timbre belongs to this Sello, and,
    if SAT's certificate was given, whether it is the one that the timbre names and its signature holds; `None` without
    timbre.
    """

    rfc: str
    no_certificado: str
    sello: bool
    timbre: bool | None


def verify_seal(xml: bytes, *, sat_certificate: bytes | None = None) -> SealCheck:
    """Checks the Sello of a CFDI 4.0 or 3.3 (RSA with SHA-256) by SAT's own XSLT, and the timbre, if there is one.

    `sat_certificate` (DER or PEM) is the one SAT gave the PAC; a ValueError says that it is none. Whether SAT issued
    the issuer's certificate is not checked. Raises MalformedXmlError if `read` would, or without usable Certificado.
    """
    root = cfdi_root(xml)
    comprobante = comprobante_of(root)
    try:
        certificate = load_certificate(base64.b64decode(comprobante.certificado))
        numero = certificate_numero(certificate)
        rfc = subject_text(certificate, NameOID.X500_UNIQUE_IDENTIFIER).partition("/")[0].strip()
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        where = "/cfdi:Comprobante/@Certificado"
        raise MalformedXmlError(f"no usable certificate: {error}", where) from error
    return SealCheck(
        rfc=rfc,
        no_certificado=numero,
        sello=numero == comprobante.no_certificado and _signed(key, comprobante.sello, sat_cadena(root)),
        timbre=_check_timbre(comprobante.timbre, comprobante.sello, sat_certificate),
    )


def sat_cadena(root: "_Element") -> str:
    """The cadena original of a 4.0 or 3.3 by SAT's XSLT, whatever complements the document has."""
    with _LOCK:
        return str(_transform(root.get("Version", ""))(root))


def _check_timbre(timbre: TimbreFiscal | None, sello: str, sat_certificate: bytes | None) -> bool | None:
    if timbre is None:
        return None
    if sat_certificate is None or timbre.sello_cfd != sello:
        return timbre.sello_cfd == sello
    certificate = load_certificate(sat_certificate)
    if certificate_numero(certificate) != timbre.no_certificado_sat:
        return False
    return _signed(certificate.public_key(), timbre.sello_sat, cadena_timbre(timbre))


def _signed(key: object, signature: str, cadena: str) -> bool:
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature), cadena.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _transform(version: str) -> "XSLT":
    from lxml import etree

    return etree.XSLT(etree.parse(catalogs.schemas_directory() / _XSLT[version]))
