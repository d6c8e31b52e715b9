"""The TimbreFiscalDigital: read from a stamped CFDI, or put into the sealed bytes where a PAC gives it alone."""

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from .errors import InDoubtError
from .pac import Stamped, StampRequest
from .xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_CFDI = "http://www.sat.gob.mx/cfd/4"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_END_OF_COMPLEMENTO = re.compile(rb"</([^:>]+:)?Complemento")
_TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


class Timbre(NamedTuple):
    """What a TimbreFiscalDigital 1.1 says. `sello_cfd` is the seal that it stamps."""

    uuid: str
    sello_cfd: str


def read_timbre(xml: bytes) -> Timbre:
    """The timbre of a stamped CFDI, or a timbre that stands alone.

    Raises:
        InDoubtError: it is not XML, has no timbre or more than one, or the timbre is not complete.
    """
    return _read(parse_xml(xml))


def stamp_of(request: StampRequest, xml: bytes) -> Stamped:
    """The complete stamped CFDI that a PAC shows, if the stamp is of the very seal that was sent.

    Raises:
        InDoubtError: it is the stamp of another document, or not a stamped CFDI at all.
    """
    timbre, sello = read_timbre(xml), parse_xml(request.xml).get("Sello")
    if not sello or timbre.sello_cfd != sello or parse_xml(xml).get("Sello") != sello:
        raise InDoubtError(f"the PAC shows the stamp {timbre.uuid}, which is of another document")
    return Stamped(timbre.uuid, xml)


def add_timbre(xml: bytes, timbre: bytes) -> bytes:
    """The sealed bytes with the timbre in their Complemento; not one of the other bytes changes.

    Args:
        xml: a sealed CFDI 4.0 in UTF-8, without a timbre.
        timbre: a TimbreFiscalDigital element in UTF-8, as the PAC gave it; an XML declaration is left out.

    Raises:
        InDoubtError: either of them is not what it should be.
    """
    root, stamp = parse_xml(xml), parse_xml(timbre)
    if root.tag != f"{{{_CFDI}}}Comprobante" or not len(root) or root.find(f".//{_TIMBRE}") is not None:
        raise InDoubtError("a timbre goes into a CFDI 4.0 that has none")
    if stamp.tag != _TIMBRE:
        raise InDoubtError("the PAC shows something else than a TimbreFiscalDigital")
    _read(stamp)
    place = _place_in(xml)
    return xml[: place.start] + place.opening + _without_declaration(timbre) + place.closing + xml[place.end :]


def _read(root: "_Element") -> Timbre:
    found = list(root.iter(_TIMBRE))
    if len(found) != 1:
        raise InDoubtError(f"{len(found)} timbres where there should be one")
    uuid, sello = found[0].get("UUID", ""), found[0].get("SelloCFD")
    if not _UUID.fullmatch(uuid) or not sello:
        raise InDoubtError("a timbre without UUID or SelloCFD")
    return Timbre(uuid, sello)


def _without_declaration(timbre: bytes) -> bytes:
    text = timbre.removeprefix(b"\xef\xbb\xbf").strip()
    return text.partition(b"?>")[2].strip() if text.startswith(b"<?xml") else text


class _Place(NamedTuple):
    """Where the timbre goes: in place of the bytes from `start` to `end`, usually none, between two tags."""

    start: int
    end: int
    opening: bytes = b""
    closing: bytes = b""


def _place_in(xml: bytes) -> _Place:
    """The end of the Complemento, else before the Addenda, else before the last end tag."""
    found: list[_Place] = []
    prefix = b""
    depth = opened = 0
    # lxml does not tell at which byte an element stands; expat does.
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True

    def wrapped(start: int, end: int) -> _Place:
        return _Place(start, end, b"<%bComplemento>" % prefix, b"</%bComplemento>" % prefix)

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, opened, prefix
        if depth == 0:
            prefix = _prefix(name)
        elif depth == 1 and _is(name, "Complemento"):
            opened = parser.CurrentByteIndex
        elif depth == 1 and _is(name, "Addenda"):
            found.append(wrapped(parser.CurrentByteIndex, parser.CurrentByteIndex))
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        at = parser.CurrentByteIndex
        if depth == 1 and _is(name, "Complemento"):
            # `<cfdi:Complemento/>` has no inside: expat stands behind it.
            found.append(_Place(at, at) if _END_OF_COMPLEMENTO.match(xml, at) else wrapped(opened, at))
        elif depth == 0:
            found.append(wrapped(at, at))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise InDoubtError("the sealed bytes are not written as they say") from error
    return found[0]


def _is(name: str, local: str) -> bool:
    # Expat writes `namespace local prefix`, without the last for a default namespace.
    return name.split(" ")[:2] == [_CFDI, local]


def _prefix(name: str) -> bytes:
    parts = name.split(" ")
    return f"{parts[2]}:".encode() if len(parts) > 2 else b""
