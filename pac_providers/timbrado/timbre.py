"""The TimbreFiscalDigital that ATEB shows alone: as text in the current generation, as an element in the older one."""

from typing import TYPE_CHECKING

from hub.plugin import InDoubtError, Stamped, StampRequest, add_timbre, stamp_of

from .soap import text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TIMBRE = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"


def stamped(result: "_Element", request: StampRequest) -> Stamped | None:
    """The sealed bytes with that timbre; None if none is shown.

    Raises:
        InDoubtError: what is shown is no timbre, or one of another document.
    """
    timbre = _shown(result)
    return stamp_of(request, add_timbre(request.xml, timbre)) if timbre else None


def _shown(result: "_Element") -> bytes:
    from lxml import etree

    found = list(result.iter(_TIMBRE))
    if len(found) > 1:
        raise InDoubtError("ATEB shows several timbres")
    if found:
        return etree.tostring(found[0], encoding="utf-8", with_tail=False)
    text = text_of(result, "Timbre") or (result.text or "").strip()
    return text.encode()
