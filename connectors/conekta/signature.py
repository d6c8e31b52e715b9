"""Conekta's `DIGEST`: the SHA-256 of the body, sealed with the private half of a webhook key.

How the seal is encoded is not confirmed. Both readings of the documentation are taken: an RSA signature (PKCS#1 v1.5,
SHA-256) of the body, and a digest encrypted with the private key.
"""

import base64
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hub.plugin import RawRequest, SignatureError

HEADER = "digest"


def public_key_of(pem: str) -> rsa.RSAPublicKey:
    """The key of a PEM text.

    Raises:
        ValueError: it is no RSA public key.
    """
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("not a PEM public key; copy it with its BEGIN and END lines") from error
    if isinstance(key, rsa.RSAPublicKey):
        return key
    raise ValueError("not an RSA public key")


def verify_digest(request: RawRequest, keys: Iterable[str]) -> None:
    """Check the header with any of the keys.

    Raises:
        SignatureError: malformed, or no key matches.
    """
    try:
        seal = base64.b64decode(request.header(HEADER).strip(), validate=True)
    except ValueError:
        raise SignatureError(f"the header {HEADER} is not base64") from None
    if not any(
        _signed(key, seal, request.body) or _encrypted(key, seal, request.body) for key in map(public_key_of, keys)
    ):
        raise SignatureError("the digest does not match", hint="compare public_key with the webhook key in Conekta")


def _signed(key: rsa.RSAPublicKey, seal: bytes, body: bytes) -> bool:
    try:
        key.verify(seal, body, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _encrypted(key: rsa.RSAPublicKey, seal: bytes, body: bytes) -> bool:
    try:
        told = key.recover_data_from_signature(seal, padding.PKCS1v15(), None)
    except (InvalidSignature, ValueError):
        return False
    digest = sha256(body)
    return compare_digest(told, digest.digest()) or compare_digest(told.lower(), digest.hexdigest().encode())
