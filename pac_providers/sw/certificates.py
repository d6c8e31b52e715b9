"""The CSD of an issuer in SW's account. The hub seals and signs itself, so only SW's own sealing needs it there."""

import base64
import re

from hub.plugin import ConfigError, Http, InDoubtError, IssuerRegistration, exact_json

from .codes import refuse_config
from .envelope import read_envelope

SAVE = "/certificates/save"
_JSON = {"content-type": "application/json"}
_UNCONTROLLED = re.compile(r"C[OC]\d+")


def save(http: Http, issuer: IssuerRegistration) -> str:
    """Put it there, or put a new one beside an older one.

    Raises:
        ConfigError: there is no CSD to give, or SW does not take it.
        InDoubtError: SW does not say what became of it.
    """
    if not issuer.certificate or not issuer.private_key:
        raise ConfigError("SW registers an issuer by its CSD", hint="give it the .cer, the .key and its password")
    csd = {
        "is_active": True,
        "type": "stamp",
        "b64Cer": base64.b64encode(issuer.certificate).decode(),
        "b64Key": base64.b64encode(issuer.private_key).decode(),
        "password": issuer.password.get_secret_value(),
    }
    envelope = read_envelope(http.post_once(SAVE, exact_json(csd), _JSON))
    if envelope.ok:
        return f"SW has the CSD of {issuer.rfc}"
    refuse_config(envelope.code)
    if _UNCONTROLLED.fullmatch(envelope.code):
        raise InDoubtError(f"SW answers the CSD with {envelope.code}, which does not say what became of it")
    # Words of a refusal may repeat what was sent.
    raise ConfigError(
        f"SW does not take the CSD ({envelope.code or 'without a code'})", hint="check the files and the password"
    )
