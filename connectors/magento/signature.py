"""The signature of Adobe Commerce's webhooks: RSA over the body's base64, checked with the public key of its admin."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from hub.plugin import RawRequest, SignatureError

HEADER = "x-adobe-commerce-webhook-signature"


def public_key_of(pem: str) -> RSAPublicKey:
    """The key of a PEM text.

    Raises:
        ValueError: it is no RSA public key.
    """
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("not a PEM public key; copy it with its BEGIN and END lines") from error
    if isinstance(key, RSAPublicKey):
        return key
    raise ValueError("not an RSA public key")


def verify_signature(request: RawRequest, keys: Sequence[str]) -> None:
    """Check the signature with any of the keys.

    Raises:
        SignatureError: it is missing, malformed, or fits no key.
    """
    try:
        given = base64.b64decode(request.header(HEADER), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError(f"the header {HEADER} is malformed") from None
    if not any(_fits(public_key_of(pem), given, request.body) for pem in keys):
        raise SignatureError(
            "the signature does not match",
            hint="compare public_key with Stores, Configuration, Adobe Services, Webhooks",
        )


def _fits(key: RSAPublicKey, given: bytes, body: bytes) -> bool:
    try:
        key.verify(given, base64.b64encode(body), PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
