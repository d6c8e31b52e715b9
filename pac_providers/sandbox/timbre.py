"""The TimbreFiscalDigital 1.1, put into the sent bytes without touching one of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat
from zoneinfo import ZoneInfo

from .keys import NO_CERTIFICADO_SAT, RFC_PAC, PacKeys
from .refusal import Refused

_CENTRO = ZoneInfo("America/Mexico_City")
_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
_CFDI = "http://www.sat.gob.mx/cfd/4"
_END_OF_COMPLEMENTO = re.compile(rb"</([^:>]+:)?Complemento")
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
    return _spliced(xml, tfd)


def _spliced(xml: bytes, tfd: str) -> bytes:
    place = _Place.in_(xml)
    text = tfd if place.inside_complemento else f"<{place.prefix}Complemento>{tfd}</{place.prefix}Complemento>"
    return xml[: place.offset] + text.encode() + xml[place.offset :]


@dataclass(slots=True)
class _Place:
    """Where the timbre goes: the end of the Complemento, else before the Addenda, else before the last end tag."""

    prefix: str = ""
    offset: int = -1
    inside_complemento: bool = False

    @classmethod
    def in_(cls, xml: bytes) -> "_Place":
        place, depth = cls(), 0
        # lxml does not tell at which byte an element stands; expat does.
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True

        def start(name: str, _attributes: dict[str, str]) -> None:
            nonlocal depth
            if depth == 0:
                place.prefix = _prefix(name)
            elif depth == 1 and _is(name, "Addenda") and place.offset < 0:
                place.offset = parser.CurrentByteIndex
            depth += 1

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            if depth == 1 and _is(name, "Complemento"):
                place.offset, place.inside_complemento = parser.CurrentByteIndex, True
            elif depth == 0 and place.offset < 0:
                place.offset = parser.CurrentByteIndex

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(xml, True)
        place.refuse_empty_complemento(xml)
        return place

    def refuse_empty_complemento(self, xml: bytes) -> None:
        """`<cfdi:Complemento/>` has no inside to put a timbre into."""
        if self.inside_complemento and not _END_OF_COMPLEMENTO.match(xml, self.offset):
            raise Refused("301", "El nodo Complemento viene vacío: no lo incluyas si no lleva complementos.")


def _is(name: str, local: str) -> bool:
    """Expat writes `namespace local prefix`, without the last for a default namespace."""
    return name.split(" ")[:2] == [_CFDI, local]


def _prefix(name: str) -> str:
    parts = name.split(" ")
    return f"{parts[2]}:" if len(parts) > 2 else ""
