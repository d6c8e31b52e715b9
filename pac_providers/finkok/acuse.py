"""AcuseRecepcionCFDI: what `stamp` and `stamped` answer."""

from typing import TYPE_CHECKING, NamedTuple

from hub.plugin import InDoubtError

from .soap import document_of, first, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element


class Acuse(NamedTuple):
    """The stamped CFDI if it is shown, the UUID if it is told, and what the incidences say by their codes."""

    xml: bytes
    uuid: str
    codes: dict[str, str]


def read_acuse(result: "_Element") -> Acuse:
    """Incidences may come with a good stamp; the same one may come twice.

    Raises:
        InDoubtError: something is there twice that should be there once.
    """
    names = [one.tag for one in result]
    if len(set(names)) < len(names):
        raise InDoubtError("Finkok answers the same thing twice")
    incidencias = first(result, "Incidencias")
    return Acuse(
        xml=document_of(result, "xml"),
        uuid=text_of(result, "UUID"),
        codes={
            text_of(one, "CodigoError"): _message(one)
            for one in ([] if incidencias is None else incidencias.iterchildren())
        },
    )


def _message(incidencia: "_Element") -> str:
    # 301 says in its ExtraInfo which rule of SAT's it is about.
    told = (text_of(incidencia, "MensajeIncidencia"), text_of(incidencia, "ExtraInfo"))
    return ". ".join(part for part in told if part)
