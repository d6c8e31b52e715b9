"""A delivery's signature: RSA over its number, its time, the webhook's id and the CRC-32 of the body."""

import base64
import re
import threading
from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.plugin import Client, Http, RawRequest, SignatureError, TransientError

ALGORITHM = "SHA256withRSA"
DOMAIN = "paypal.com"
_PATH = re.compile(r"/v1/notifications/certs/[A-Za-z0-9_-]{1,100}")
_MOST_KEPT = 32
_FETCH_S = 5.0


class Certificates:
    """PayPal's signing certificates by their address; each is fetched once.

    Args:
        address: where to fetch instead of the host that a delivery names.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._known: dict[str, x509.Certificate] = {}

    def at(self, url: str) -> x509.Certificate:
        """The certificate.

        Raises:
            SignatureError: the address is not PayPal's, or there is no certificate of PayPal's.
            TransientError: PayPal does not answer now.
        """
        path = _path_of(url)
        with self._lock:
            if url not in self._known:
                found = _certificate(self._fetch(url, path))
                while len(self._known) >= _MOST_KEPT:
                    del self._known[next(iter(self._known))]
                self._known[url] = found
            return self._known[url]

    def _fetch(self, url: str, path: str) -> bytes:
        http = Http.of(Client(timeout_s=_FETCH_S))
        try:
            answer = http.read("GET", f"{self._address.rstrip('/')}{path}" if self._address else url)
        finally:
            http.close()
        if answer.status in {408, 429} or answer.status >= 500:
            raise TransientError(f"PayPal's certificate: HTTP {answer.status}")
        if not answer.ok:
            raise SignatureError(f"PayPal has no such certificate: HTTP {answer.status}")
        return answer.content


def verify(request: RawRequest, webhook_ids: Sequence[str], certificates: Certificates, tolerance_s: int) -> None:
    """Check a delivery.

    Raises:
        SignatureError: malformed, too old, of another webhook, or not signed by PayPal.
        TransientError: the certificate cannot be fetched now.
    """
    number, stamp = request.header("paypal-transmission-id"), request.header("paypal-transmission-time")
    if request.header("paypal-auth-algo") != ALGORITHM:
        raise SignatureError(f"the signature is not {ALGORITHM}")
    _fresh(stamp, request.received_at, tolerance_s)
    try:
        seal = base64.b64decode(request.header("paypal-transmission-sig"), validate=True)
    except ValueError:
        raise SignatureError("the signature is not base64") from None
    certificate = certificates.at(request.header("paypal-cert-url"))
    if not certificate.not_valid_before_utc <= request.received_at <= certificate.not_valid_after_utc:
        raise SignatureError("PayPal's certificate is not valid at this time")
    checksum = crc32(request.body)
    if not any(_signed(certificate, seal, f"{number}|{stamp}|{one}|{checksum}".encode()) for one in webhook_ids):
        raise SignatureError("the signature does not match", hint="compare webhook_ids with the app's page at PayPal")


def _fresh(stamp: str, received_at: datetime, tolerance_s: int) -> None:
    try:
        age_s = (received_at - datetime.fromisoformat(stamp)).total_seconds()
    except (ValueError, TypeError):
        raise SignatureError("the signature's time is malformed") from None
    if tolerance_s and abs(age_s) > tolerance_s:
        raise SignatureError(
            f"the signature is {age_s:.0f} s old, more than {tolerance_s} s",
            hint="check the clock of this machine; an old delivery sent again is refused on purpose",
        )


def _path_of(url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise SignatureError("the certificate's address is malformed") from None
    if not _is_paypals(parts.host) or parts.scheme != "https" or parts.port not in {None, 443} or parts.userinfo:
        raise SignatureError("the certificate's host is not paypal.com")
    if not _PATH.fullmatch(parts.raw_path.decode()):
        raise SignatureError("the certificate's address is not that of PayPal's certificates")
    return parts.path


def _is_paypals(name: str) -> bool:
    return name == DOMAIN or name.endswith(f".{DOMAIN}")


def _certificate(content: bytes) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificates(content)[0]
        names = [str(one.value) for one in found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
        fits = isinstance(found.public_key(), rsa.RSAPublicKey) and any(map(_is_paypals, names))
    except (ValueError, IndexError, x509.UnsupportedGeneralNameType):
        fits = False
    if not fits:
        raise SignatureError("what PayPal's address gave is no signing certificate of PayPal")
    return found


def _signed(certificate: x509.Certificate, seal: bytes, message: bytes) -> bool:
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(seal, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
