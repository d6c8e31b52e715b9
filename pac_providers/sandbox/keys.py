"""The PAC's own stamping key and certificate, created once for each data directory."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from .create_once import create_once
from .settings import RFC_PAC

# No real PAC has it; only the XSD's pattern for a persona moral is satisfied.
NO_CERTIFICADO_SAT = "30001000000500000000"


@dataclass(frozen=True, slots=True)
class PacKeys:
    """The pair that makes SelloSAT."""

    private: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate

    def seal(self, cadena: bytes) -> str:
        return base64.b64encode(self.private.sign(cadena, padding.PKCS1v15(), hashes.SHA256())).decode()


def keys_in(data_dir: Path) -> PacKeys:
    """Read them, or make them the first time; the file is for its owner's eyes only."""
    path = data_dir / "pac.pem"
    create_once(path, _write_new)
    pem = path.read_bytes()
    # The key is our own: checking its primes again would cost 30 ms.
    private = serialization.load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key; delete it and a new one is made")
    return PacKeys(private, x509.load_pem_x509_certificate(pem))


def _write_new(path: Path) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(pem + _certificate(private).public_bytes(serialization.Encoding.PEM))


def _certificate(private: rsa.RSAPrivateKey) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name("PAC DE PRUEBAS DEL SANDBOX", (NameOID.X500_UNIQUE_IDENTIFIER, RFC_PAC)))
        .issuer_name(_name("AC DE PRUEBAS DEL SANDBOX"))
        .public_key(private.public_key())
        .serial_number(int.from_bytes(NO_CERTIFICADO_SAT.encode(), "big"))
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(private, hashes.SHA256())
    )


def _name(common_name: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    pairs = ((NameOID.COMMON_NAME, common_name), *more)
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])
