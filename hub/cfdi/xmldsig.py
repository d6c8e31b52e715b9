"""XML-DSig as SAT's cancellation service reads it: enveloped, inclusive C14N, RSA over SHA-1."""

import base64
import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ObjectIdentifier

from hub.cfdi.csd import Csd, load_certificate
from hub.cfdi.text import escape

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element

_DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
# Names that RFC 4514 leaves as bare numbers and that stand in the certificates of SAT's authority.
_ISSUER_NAMES = {
    ObjectIdentifier("1.2.840.113549.1.9.1"): "emailAddress",
    ObjectIdentifier("1.2.840.113549.1.9.2"): "unstructuredName",
    ObjectIdentifier("2.5.4.9"): "street",
    ObjectIdentifier("2.5.4.17"): "postalCode",
    ObjectIdentifier("2.5.4.45"): "x500UniqueIdentifier",
}


def sign_enveloped(document: str, csd: Csd) -> bytes:
    """The document as UTF-8 bytes with a Signature by the CSD as its root's last child.

    SHA-1 is SAT's choice: its service answers 302 to anything else. Raises lxml's XMLSyntaxError if the document is
    not well-formed.
    """
    from lxml import etree

    root = etree.fromstring(document.encode())
    digest = base64.b64encode(hashlib.sha1(_canonical(root)).digest()).decode()  # noqa: S324
    # Inclusive C14N signs SignedInfo with all the declarations in its scope, so also with those of the root.
    scope = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in root.nsmap.items() if prefix)
    value = csd.sign_sha1(_canonical(etree.fromstring(_signed_info(digest, f' xmlns="{_DS}"{scope}'))))
    root.append(etree.fromstring(_signature(_signed_info(digest), value, csd)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _canonical(element: "_Element") -> bytes:
    from lxml import etree

    return etree.tostring(element, method="c14n", with_comments=False)


def _signed_info(digest: str, declarations: str = "") -> str:
    return (
        f'<SignedInfo{declarations}><CanonicalizationMethod Algorithm="{_C14N}"/>'
        f'<SignatureMethod Algorithm="{_DS}rsa-sha1"/><Reference URI="">'
        f'<Transforms><Transform Algorithm="{_DS}enveloped-signature"/></Transforms>'
        f'<DigestMethod Algorithm="{_DS}sha1"/><DigestValue>{digest}</DigestValue></Reference></SignedInfo>'
    )


def _signature(signed_info: str, value: str, csd: Csd) -> str:
    content = f"{signed_info}<SignatureValue>{value}</SignatureValue>{_key_info(csd)}"
    return f'<Signature xmlns="{_DS}">{content}</Signature>'


def _key_info(csd: Csd) -> str:
    certificate = load_certificate(base64.b64decode(csd.certificate_base64))
    issuer = certificate.issuer.rfc4514_string(_ISSUER_NAMES)
    return (
        f"<KeyInfo><X509Data><X509IssuerSerial><X509IssuerName>{escape(issuer)}</X509IssuerName>"
        f"<X509SerialNumber>{certificate.serial_number}</X509SerialNumber></X509IssuerSerial>"
        f"<X509Certificate>{csd.certificate_base64}</X509Certificate></X509Data>{_key_value(certificate)}</KeyInfo>"
    )


def _key_value(certificate: "Certificate") -> str:
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey), "Csd.load takes no other key"
    numbers = key.public_numbers()
    return (
        f"<KeyValue><RSAKeyValue><Modulus>{_crypto_binary(numbers.n)}</Modulus>"
        f"<Exponent>{_crypto_binary(numbers.e)}</Exponent></RSAKeyValue></KeyValue>"
    )


def _crypto_binary(number: int) -> str:
    """XML-DSig's CryptoBinary: base64 of the big-endian bytes without leading zeros."""
    return base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()
