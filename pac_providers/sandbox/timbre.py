"""The TimbreFiscalDigital 1.1, put into the sent bytes without touching one of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hub.plugin import add_timbre

from .keys import NO_CERTIFICADO_SAT, PacKeys
from .settings import RFC_PAC

_CENTRO = ZoneInfo("America/Mexico_City")
_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
_LOCATION = f"{_TFD} http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"


def timbrado(xml: bytes, *, uuid: str, sello: str, at: datetime, keys: PacKeys) -> bytes:
    """The sent bytes with a timbre; FechaTimbrado is Mexico's central time whatever the issuer's zone is."""
    fecha = at.astimezone(_CENTRO).strftime("%Y-%m-%dT%H:%M:%S")
    cadena = f"||1.1|{uuid}|{fecha}|{RFC_PAC}|{sello}|{NO_CERTIFICADO_SAT}||"
    tfd = (
        f'<tfd:TimbreFiscalDigital xmlns:tfd="{_TFD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_LOCATION}" Version="1.1" UUID="{uuid}" FechaTimbrado="{fecha}"'
        f' RfcProvCertif="{RFC_PAC}" SelloCFD="{sello}" NoCertificadoSAT="{NO_CERTIFICADO_SAT}"'
        f' SelloSAT="{keys.seal(cadena.encode())}"/>'
    )
    return add_timbre(xml, tfd.encode())
