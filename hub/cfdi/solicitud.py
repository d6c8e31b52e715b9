"""What all signed requests to SAT's cancellation service share: checks of what they name, and their root element."""

import re
from datetime import datetime, timedelta

from hub.cfdi.csd import Csd
from hub.cfdi.text import escape
from hub.sat import rfc

_ROOT = (
    'xmlns="http://cancelacfd.sat.gob.mx" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_WEST, _EAST = timedelta(hours=-8), timedelta(hours=-5)


class SolicitudError(ValueError):
    """A request that SAT would refuse. `code` is the one it would answer with (EstatusUUID or request level)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} (code {code})")
        self.code = code


def document(name: str, attributes: dict[str, str], content: str = "") -> str:
    """The request before it is signed. The two namespaces that nothing uses are SAT's own habit: it wants them."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name} {_ROOT}{written}>{content}</{name}>"


def checked_uuid(uuid: str, code: str = "309") -> str:
    """The UUID in capitals, as SAT's services compare it."""
    if not _UUID.fullmatch(upper := uuid.upper()):
        raise SolicitudError(code, f"{uuid!r} is not a folio fiscal; copy the 36 characters of the timbre's UUID")
    return upper


def checked_fecha(fecha: datetime) -> str:
    """Local time without zone, as SAT writes it. A UTC moment would lie six hours ahead of SAT's clock."""
    offset = fecha.utcoffset()
    if offset is None or not _WEST <= offset <= _EAST:
        raise SolicitudError("301", f"{fecha.isoformat()} is no Mexican local time; convert it to the issuer's zone")
    return f"{fecha:%Y-%m-%dT%H:%M:%S}"


def checked_signer(rfc_signer: str, csd: Csd) -> str:
    """The RFC of whom the CSD belongs to."""
    if rfc_signer != csd.rfc:
        raise SolicitudError("303", f"the CSD {csd.numero} belongs to {csd.rfc}, not to {rfc_signer}")
    return rfc_signer


def checked_pac(rfc_pac: str) -> str:
    """The RFC of the PAC that forwards a receptor's request."""
    if not rfc.is_valid(rfc_pac):
        raise SolicitudError("301", f"{rfc_pac!r} is no RFC; give the RFC of the PAC that sends the request")
    return rfc_pac
