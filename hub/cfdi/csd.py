"""The certificado de sello digital: the issuer's key that seals CFDIs. The key lives in memory only."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID

from hub.sat import rfc

if TYPE_CHECKING:
    from pydantic import SecretStr

_PADDING, _SHA256 = padding.PKCS1v15(), hashes.SHA256()
_SWAPPED = "The two files are swapped: give the .cer as certificate and the .key as key."


class CsdError(ValueError):
    """A CSD that cannot be used: `reason` says what is wrong, `hint` what to do. Never holds the password."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason}. {hint}")
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Csd:
    """A usable CSD. `numero` is the 20-digit NoCertificado, `nombre` the holder as the certificate has it.

    `not_before` and `not_after` are aware UTC times, both inclusive.
    """

    rfc: str
    nombre: str
    numero: str
    not_before: datetime
    not_after: datetime
    certificate_base64: str = field(repr=False)
    _key: rsa.RSAPrivateKey = field(repr=False, compare=False)

    @classmethod
    def load(cls, cer: bytes, key: bytes, password: "str | SecretStr") -> Self:
        """Reads the .cer (DER or PEM) and .key (PKCS#8 DER or PEM, encrypted) that SAT's Certifica produces.

        Raises CsdError for swapped or foreign files, an e.firma, a wrong password or a key of another certificate.
        Expiry is not checked here: see `check_valid_at`.
        """
        secret = password if isinstance(password, str) else password.get_secret_value()
        certificate = _certificate(cer)
        _refuse_efirma(certificate)
        private = _private_key(key, secret)
        if private.public_key() != certificate.public_key():
            raise CsdError("The key does not belong to the certificate", "Use the .key and .cer of the same CSD.")
        return cls(
            rfc=_rfc(certificate),
            nombre=subject_text(certificate, NameOID.COMMON_NAME)
            or subject_text(certificate, NameOID.ORGANIZATION_NAME),
            numero=certificate_numero(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            certificate_base64=base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),
            _key=private,
        )

    def sign(self, cadena: str) -> str:
        """The Sello of a cadena original: base64 of RSA PKCS#1 v1.5 over SHA-256 of its UTF-8 bytes."""
        return self.sign_bytes(cadena.encode())

    def sign_bytes(self, cadena: bytes) -> str:
        """The same of a cadena that is UTF-8 already."""
        return base64.b64encode(self._key.sign(cadena, _PADDING, _SHA256)).decode()

    def sign_sha1(self, data: bytes) -> str:
        """Like `sign`, but over SHA-1: what SAT's cancellation service still demands. For nothing else."""
        return base64.b64encode(self._key.sign(data, _PADDING, hashes.SHA1())).decode()  # noqa: S303

    def check_valid_at(self, when: datetime) -> None:
        """Raises CsdError unless `when` (aware) lies in the certificate's validity (PAC codes 304, 305)."""
        if when.astimezone(UTC) < self.not_before:
            hint = "Wait until then; SAT may take 72 hours more to publish a new CSD."
            raise CsdError(f"The CSD {self.numero} is valid only from {self.not_before:%Y-%m-%d %H:%M} UTC", hint)
        if when.astimezone(UTC) > self.not_after:
            hint = "Request a new CSD with SAT's Certifica and load its .cer and .key."
            raise CsdError(f"The CSD {self.numero} expired on {self.not_after:%Y-%m-%d %H:%M} UTC", hint)


def load_certificate(data: bytes) -> x509.Certificate:
    """An X.509 certificate from DER or PEM; raises ValueError if it is none."""
    return x509.load_pem_x509_certificate(data) if b"-----BEGIN" in data else x509.load_der_x509_certificate(data)


def subject_text(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    """The first value of a name in the certificate's subject, empty if there is none."""
    values = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(oid)]
    texts = [value.decode("latin-1") if isinstance(value, bytes) else value for value in values]
    return texts[0].strip() if texts else ""


def certificate_numero(certificate: x509.Certificate) -> str:
    """NoCertificado: SAT writes twenty digits as the ASCII bytes of the serial number."""
    serial = certificate.serial_number
    digits = serial.to_bytes((serial.bit_length() + 7) // 8, "big")
    if len(digits) != 20 or not digits.isdigit():
        raise CsdError("The certificate has no 20-digit number", "Use the .cer of a CSD issued by SAT.")
    return digits.decode()


def _certificate(data: bytes) -> x509.Certificate:
    try:
        return load_certificate(data)
    except ValueError:
        pass
    if _is_key(data):
        raise CsdError("The certificate file holds a private key", _SWAPPED)
    raise CsdError("The certificate file is not an X.509 certificate", "Use the .cer that SAT issued, unchanged.")


def _private_key(data: bytes, password: str) -> rsa.RSAPrivateKey:
    if _is_certificate(data):
        raise CsdError("The key file holds a certificate", _SWAPPED)
    try:
        key = _open_key(data, password or None)
    except TypeError as error:  # the library's way to say that a password is missing, or that none was needed
        reason = "The key is not protected by a password" if password else "The password is empty"
        raise CsdError(reason, "Use the .key that SAT's Certifica wrote, with its password.") from error
    except (ValueError, UnsupportedAlgorithm):
        raise _unreadable_key(data) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CsdError("The key is not an RSA key", "Use the .key of a CSD; SAT issues RSA keys only.")
    return key


def _open_key(data: bytes, password: str | None) -> PrivateKeyTypes:
    load = serialization.load_pem_private_key if b"-----BEGIN" in data else serialization.load_der_private_key
    return load(data, None if password is None else password.encode())


def _unreadable_key(data: bytes) -> CsdError:
    if _is_key(data):
        return CsdError("Wrong password", "Give the password chosen for this .key in Certifica; case matters.")
    return CsdError("The key file is not a private key", "Use the .key that SAT's Certifica wrote, unchanged.")


def _is_key(data: bytes) -> bool:
    # Asked without a password: a wrong one decrypts one file in 256 to noise, which looks like a broken file.
    try:
        _open_key(data, None)
    except TypeError:  # encrypted, so a password would be needed
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _is_certificate(data: bytes) -> bool:
    try:
        load_certificate(data)
    except ValueError:
        return False
    return True


def _refuse_efirma(certificate: x509.Certificate) -> None:
    # Both kinds come from the same authority; only a CSD names the branch (OU) it was issued for.
    if not subject_text(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME):
        hint = "Create a CSD with SAT's Certifica; never give your e.firma to a system that only has to seal invoices."
        raise CsdError("This certificate is an e.firma, not a CSD", hint)


def _rfc(certificate: x509.Certificate) -> str:
    """The holder's RFC: the part before the slash ("RFC / RFC of the representative")."""
    found = rfc.normalize(subject_text(certificate, NameOID.X500_UNIQUE_IDENTIFIER).partition("/")[0])
    if not rfc.is_valid(found):
        raise CsdError("The certificate names no RFC", "Use the .cer of a CSD issued by SAT.")
    return found
