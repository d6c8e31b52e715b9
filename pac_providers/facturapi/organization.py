"""The organization's CSD: Facturapi seals with it, and takes it with the organization's live key alone."""

import hashlib
from urllib.parse import quote

from hub.plugin import ConfigError, Http, InDoubtError, IssuerRegistration, TransientError

from .answers import Organization, read, refused
from .config import FacturapiConfig

_LIVE = "write environment: production and the live key"


def upload_csd(http: Http, config: FacturapiConfig, issuer: IssuerRegistration) -> str:
    """Put it there, in place of an earlier one.

    Raises:
        ConfigError: this key, this organization or this CSD cannot be used.
        TransientError: nothing was sent.
        InDoubtError: Facturapi does not say what became of it.
    """
    if config.environment != "production":
        raise ConfigError("Facturapi takes a CSD with the live key alone", hint=_LIVE)
    if issuer.rfc.upper() != config.rfc.upper():
        hint = "an organization of Facturapi is one issuer: give each its own PAC"
        raise ConfigError(f"this Facturapi organization issues for {config.rfc} alone", hint=hint)
    if not issuer.certificate or not issuer.private_key:
        raise ConfigError("Facturapi seals with the issuer's CSD", hint="give it the .cer, the .key and its password")
    content, content_type = _form(issuer)
    path = f"organizations/{quote(_identifier(http), safe='')}/certificate"
    answer = http.write_once("PUT", path, content=content, headers={"content-type": content_type})
    if not answer.ok:
        raise ConfigError(
            f"Facturapi does not take the CSD: {refused(answer).code}", hint="check the files and the password"
        )
    taken = read(Organization, answer.json())
    if taken.legal.tax_id and taken.legal.tax_id.upper() != issuer.rfc.upper():
        raise ConfigError("Facturapi read another RFC in the CSD", hint=f"upload the CSD of {issuer.rfc}")
    return f"Facturapi has the CSD of {issuer.rfc}"


def _identifier(http: Http) -> str:
    try:
        found = read(Organization, http.get("organizations/me")).id
    except InDoubtError as error:
        raise TransientError("Facturapi does not tell its organization; no CSD was sent") from error
    if not found:
        raise TransientError("Facturapi does not tell the organization's identifier; no CSD was sent")
    return found


def _form(issuer: IssuerRegistration) -> tuple[bytes, str]:
    """The multipart form of the two files and the password, and its content type."""
    boundary = hashlib.sha256(issuer.certificate + issuer.private_key).hexdigest()
    files = (("cer", issuer.certificate), ("key", issuer.private_key))
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="csd.{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files
    ]
    password = issuer.password.get_secret_value()
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n{password}\r\n'.encode())
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
