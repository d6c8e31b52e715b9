"""What SAT's signed requests have in common: the document, and the seal of whose CSD it bears."""

import base64
import binascii
import hashlib
from copy import deepcopy
from datetime import datetime
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from .checks import certificate
from .refusal import Refused

NS = "{http://cancelacfd.sat.gob.mx}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_SHA1, _SHA256 = "http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
_DIGESTS = {_SHA1: "sha1", _SHA256: "sha256"}


def parsed(xml: bytes, document: str) -> etree._Element:
    """The root of a request of this name; 301 and 302 if it is something else, or nothing."""
    if not xml:
        raise Refused("302", "Sello mal formado: no hay solicitud firmada.")
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise Refused("301", f"XML mal formado: {error}") from error
    if root.tag != f"{NS}{document}":
        raise Refused("301", f"XML mal formado: no es un documento {document}.")
    return root


def check_signature(root: etree._Element, rfc: str, now: datetime, *, foreign: Refused) -> None:
    """Refuse what the CSD of this RFC did not sign; `foreign` if the CSD of another did."""
    signature = root.find(f"{_DS}Signature")
    if signature is None:
        raise Refused("302", "Sello mal formado: la solicitud no está firmada.")
    csd = certificate.certificate_in(_text(signature, f".//{_DS}X509Certificate"))
    if certificate.is_efirma(csd):
        raise Refused("310", "El certificado no es de tipo CSD: es una e.firma.")
    certificate.check_authority(csd)
    if certificate.rfc_of(csd) != rfc:
        raise foreign
    if csd.not_valid_after_utc < now:
        raise Refused("304", "Certificado revocado o caduco.")
    try:
        _verify(root, signature, certificate.public_key_of(csd))
    except (InvalidSignature, binascii.Error) as error:
        raise Refused("302", "Sello mal formado o inválido.") from error


def _verify(root: etree._Element, signature: etree._Element, key: rsa.RSAPublicKey) -> None:
    info = signature.find(f"{_DS}SignedInfo")
    if info is None:
        raise InvalidSignature
    name = _DIGESTS.get(_algorithm(info, "DigestMethod"))
    if name is None or _digest_without_signature(root, name) != _decoded(info, f".//{_DS}DigestValue"):
        raise InvalidSignature
    algorithm = hashes.SHA1() if _algorithm(info, "SignatureMethod") == _RSA_SHA1 else hashes.SHA256()  # noqa: S303
    key.verify(_decoded(signature, f"{_DS}SignatureValue"), _canonical_in_scope(info), padding.PKCS1v15(), algorithm)


def _canonical_in_scope(element: etree._Element) -> bytes:
    """Inclusive C14N of a part: with every declaration in its scope, which lxml takes only from the part itself."""
    # lxml's stubs are narrower than lxml
    alone = etree.Element(element.tag, cast("dict[str, str]", element.attrib), cast("dict[str, str]", element.nsmap))
    alone.text = element.text
    alone.extend(deepcopy(child) for child in element)
    return etree.tostring(alone, method="c14n", with_comments=False)


def _digest_without_signature(root: etree._Element, name: str) -> bytes:
    """The digest of the document as it was before the signature was put into it (enveloped-signature)."""
    copy = etree.fromstring(etree.tostring(root))
    enveloped = copy.find(f"{_DS}Signature")
    if enveloped is not None:
        _remove_keeping_tail(copy, enveloped)
    return hashlib.new(name, etree.tostring(copy, method="c14n", with_comments=False)).digest()


def _remove_keeping_tail(parent: etree._Element, child: etree._Element) -> None:
    before = child.getprevious()
    if child.tail:
        if before is None:
            parent.text = (parent.text or "") + child.tail
        else:
            before.tail = (before.tail or "") + child.tail
    parent.remove(child)


def _algorithm(info: etree._Element, name: str) -> str:
    element = info.find(f".//{_DS}{name}")
    return "" if element is None else str(element.get("Algorithm"))


def _decoded(parent: etree._Element, path: str) -> bytes:
    return base64.b64decode("".join(_text(parent, path).split()), validate=True)


def _text(parent: etree._Element, path: str) -> str:
    return str(parent.findtext(path) or "")
