"""Checks who sealed a CFDI and whether the signatures hold, by SAT's own XSLT instead of our cadena."""

import base64
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from hub.cfdi.cadena import cadena_timbre
from hub.cfdi.csd import certificate_numero, load_certificate, subject_text
from hub.cfdi.document import TimbreFiscal
from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import cfdi_root, timbre_of
from hub.sat import catalogs

if TYPE_CHECKING:
    from lxml.etree import XSLT, _Element

_XSLT = "www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt"
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Whose certificate sealed a CFDI and whether the signatures hold.

    `sello` is the issuer's. `timbre` tells whether the timbre belongs to this Sello, and, if SAT's certificate was
    given, whether SAT's signature holds; `None` without timbre.
    """

    rfc: str
    no_certificado: str
    sello: bool
    timbre: bool | None


def verify_seal(xml: bytes, *, sat_certificate: bytes | None = None) -> SealCheck:
    """Checks the Sello with the certificate in the document, by SAT's own XSLT; and the timbre, if there is one.

    Whether SAT issued that certificate is not checked. Raises MalformedXmlError if there is no usable certificate.
    """
    root = cfdi_root(xml)
    try:
        certificate = load_certificate(base64.b64decode(root.get("Certificado", "")))
        numero = certificate_numero(certificate)
    except ValueError as error:
        raise MalformedXmlError(f"the CFDI has no usable Certificado: {error}") from error
    key, sello = certificate.public_key(), root.get("Sello", "")
    return SealCheck(
        rfc=subject_text(certificate, NameOID.X500_UNIQUE_IDENTIFIER).partition("/")[0].strip(),
        no_certificado=numero,
        sello=numero == root.get("NoCertificado") and _signed(key, sello, sat_cadena(root)),
        timbre=_check_timbre(timbre_of(root), sello, sat_certificate),
    )


def sat_cadena(root: "_Element") -> str:
    """The cadena original by SAT's XSLT, whatever complements the document has."""
    with _LOCK:
        return str(_transform()(root))


def _check_timbre(timbre: TimbreFiscal | None, sello: str, sat_certificate: bytes | None) -> bool | None:
    if timbre is None:
        return None
    if sat_certificate is None or timbre.sello_cfd != sello:
        return timbre.sello_cfd == sello
    return _signed(load_certificate(sat_certificate).public_key(), timbre.sello_sat, cadena_timbre(timbre))


def _signed(key: object, signature: str, cadena: str) -> bool:
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature), cadena.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _transform() -> "XSLT":
    from lxml import etree

    return etree.XSLT(etree.parse(catalogs.schemas_directory() / _XSLT))
