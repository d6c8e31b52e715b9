"""Throw-away certificates that look like SAT's, for tests and the sandbox. They are worth nothing at SAT.

The authority that signs them names itself "AC DE PRUEBAS" so that nothing mistakes them for real ones: a sandbox PAC
accepts only these (`is_test_certificate`), a real PAC refuses them (code 308).
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY = "AC DE PRUEBAS AUTOFACTURA HUB"
_USAGE = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
          "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TestCsd:
    """`cer` is DER, `key` an encrypted PKCS#8 DER, `password` opens it: the three things SAT's Certifica hands out."""

    __test__ = False

    cer: bytes
    key: bytes = field(repr=False)
    password: str = field(repr=False)
    numero: str


def make_csd(
    rfc: str,
    nombre: str,
    *,
    password: str = "12345678a",  # noqa: S107 - the password SAT gives its own test certificates
    kind: Literal["csd", "efirma"] = "csd",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    numero: str | None = None,
) -> TestCsd:
    """A new key with its certificate for any RFC; `valid_from` and `valid_to` default to four years around now.

    `numero` is the 20-digit NoCertificado, random if not given. `kind="efirma"` makes what SAT calls e.firma: no
    branch (OU) and more key usages; sealing code must refuse it (PAC code 306).
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    numero = numero or "300010000005" + f"{secrets.randbelow(10**8):08d}"
    start = valid_from or datetime.now(UTC) - timedelta(days=30)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(rfc, nombre, kind))
        .issuer_name(_authority_name())
        .public_key(key.public_key())
        .serial_number(int.from_bytes(numero.encode(), "big"))
        .not_valid_before(start)
        .not_valid_after(valid_to or start + timedelta(days=4 * 365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(kind), critical=True)
    )
    if kind == "efirma":
        usages = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    certificate = builder.sign(_authority_key(), hashes.SHA256())
    return TestCsd(
        cer=certificate.public_bytes(serialization.Encoding.DER),
        key=key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        ),
        password=password,
        numero=numero,
    )


def is_test_certificate(cer: bytes) -> bool:
    """Whether a DER certificate names this test authority as its issuer. Raises ValueError if it is no certificate."""
    issuer = x509.load_der_x509_certificate(cer).issuer
    return any("PRUEBAS" in str(name.value) for name in issuer.get_attributes_for_oid(NameOID.COMMON_NAME))


@cache
def _authority_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _authority_name() -> x509.Name:
    return x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY),
        x509.NameAttribute(NameOID.COUNTRY_NAME, "MX"),
    ])  # fmt: skip


def _subject(rfc: str, nombre: str, kind: str) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COMMON_NAME, nombre),
        x509.NameAttribute(x509.ObjectIdentifier("2.5.4.41"), nombre),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, nombre),
        x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, f"{rfc} / XAXX010101000"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, " / XAXX010101HDFABC01"),
    ]
    if kind == "csd":
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Sucursal 1"))
    return x509.Name(attributes)


def _key_usage(kind: str) -> x509.KeyUsage:
    granted = {"digital_signature", "content_commitment"}
    if kind == "efirma":
        granted |= {"data_encipherment", "key_agreement"}
    return x509.KeyUsage(**{usage: usage in granted for usage in _USAGE})
