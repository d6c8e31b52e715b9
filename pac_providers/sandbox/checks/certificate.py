"""303-308 and CFDI40106: the certificate inside the document."""

import base64
import binascii
import re
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtensionOID, NameOID

from ..refusal import Refused

_TEST_AUTHORITY = re.compile(r"PRUEBA|\bUAT\b", re.IGNORECASE)


def certificate_in(text: str) -> x509.Certificate:
    """The certificate of an attribute or element in base64 DER."""
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Refused("CFDI40106", "El campo Certificado no contiene un certificado válido.") from error


def check_number(certificate: x509.Certificate, no_certificado: str) -> None:
    if number_of(certificate) != no_certificado:
        raise Refused("CFDI40106", "El NoCertificado no es el del certificado que se envía.")


def check_owner(certificate: x509.Certificate, rfc: str) -> None:
    if rfc_of(certificate) != rfc:
        raise Refused("303", "El sello no corresponde al emisor: el certificado es de otro RFC.")


def check_kind(certificate: x509.Certificate) -> None:
    if is_efirma(certificate):
        raise Refused("306", "El certificado no es de tipo CSD: es una e.firma.")


def check_authority(certificate: x509.Certificate) -> None:
    # A production CSD here is a mix-up that must never pass unnoticed.
    if not any(_TEST_AUTHORITY.search(str(part.value)) for part in certificate.issuer):
        raise Refused("308", "Certificado no expedido por la autoridad de pruebas: este PAC no acepta CSD reales.")


def check_validity(certificate: x509.Certificate, fecha: datetime, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= fecha.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise Refused("305", "La fecha de emisión no está dentro de la vigencia del CSD del emisor.")
    if certificate.not_valid_after_utc < now:
        raise Refused("304", "Certificado revocado o caduco.")


def number_of(certificate: x509.Certificate) -> str:
    """NoCertificado: the serial number's bytes are the ASCII digits."""
    serial = certificate.serial_number
    return serial.to_bytes((serial.bit_length() + 7) // 8, "big").decode("ascii", errors="replace")


def rfc_of(certificate: x509.Certificate) -> str:
    """A persona moral's certificate says `RFC / RFC of its representative`."""
    return _subject(certificate, NameOID.X500_UNIQUE_IDENTIFIER).partition("/")[0].strip()


def name_of(certificate: x509.Certificate) -> str:
    return _subject(certificate, NameOID.ORGANIZATION_NAME) or _subject(certificate, NameOID.COMMON_NAME)


def public_key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Refused("CFDI40106", "El certificado no tiene una llave RSA.")
    return key


def is_efirma(certificate: x509.Certificate) -> bool:
    """A CSD may only sign; an e.firma may also encrypt and identify a person."""
    for extension in certificate.extensions:
        if extension.oid == ExtensionOID.EXTENDED_KEY_USAGE:
            return True
        if isinstance(extension.value, x509.KeyUsage):
            return extension.value.data_encipherment or extension.value.key_agreement
    return False


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""
