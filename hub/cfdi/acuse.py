"""SAT's receipt of a request to cancel: what it says of each folio."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hub.cfdi.parse import MalformedXmlError, parse
from hub.sat.zone import MEXICO_CITY

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOTS = ("{*}Acuse", "{*}CancelaCFDResult")


@dataclass(frozen=True, slots=True)
class FolioAcusado:
    """`estatus` is EstatusUUID: 201 received and 202 asked before are no proof of a cancellation, ask SAT for it."""

    uuid: str
    estatus: str


@dataclass(frozen=True, slots=True)
class Acuse:
    """`fecha` is SAT's clock, Mexico City. `cod_estatus` is set if the whole request was refused (300 to 314)."""

    fecha: datetime
    rfc_emisor: str
    folios: tuple[FolioAcusado, ...]
    cod_estatus: str = ""


def read_acuse(xml: bytes) -> Acuse:
    """The acuse, alone or in the SOAP envelope in which some PACs hand it on. SAT's own signature is not checked.

    Raises:
        MalformedXmlError: The bytes are no acuse.
    """
    node = _acuse(parse(xml))
    folios = tuple(FolioAcusado(_text(each, "UUID").upper(), _text(each, "EstatusUUID")) for each in _folios(node))
    cod_estatus = node.get("CodEstatus") or ""
    if not folios and not cod_estatus:
        raise MalformedXmlError("the acuse names neither a folio nor a CodEstatus")
    return Acuse(_fecha(node), node.get("RfcEmisor") or "", folios, cod_estatus)


def _acuse(root: "_Element") -> "_Element":
    found = next(root.iter(*_ROOTS), None)
    if found is None:
        raise MalformedXmlError(f"not an acuse of cancellation: the root element is {root.tag}")
    return found


def _folios(node: "_Element") -> "list[_Element]":
    return node.findall("{*}Folios")


def _fecha(node: "_Element") -> datetime:
    try:
        fecha = datetime.fromisoformat(node.get("Fecha") or "")
    except ValueError as error:
        raise MalformedXmlError(f"the acuse has no usable Fecha: {node.get('Fecha')!r}") from error
    return fecha if fecha.tzinfo else fecha.replace(tzinfo=MEXICO_CITY)


def _text(folios: "_Element", name: str) -> str:
    text = (folios.findtext(f"{{*}}{name}") or "").strip()
    if not text:
        raise MalformedXmlError(f"a folio of the acuse has no {name}")
    return text
