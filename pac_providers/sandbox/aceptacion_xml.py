"""SAT's signed SolicitudAceptacionRechazo: which answers it gives and whether the receptor's CSD signed it."""

from dataclasses import dataclass
from datetime import datetime

from .refusal import Refused
from .settings import RFC_PAC
from .signed_xml import NS, check_signature, parsed

_ANSWERS = {"Aceptacion": True, "Rechazo": False}


@dataclass(frozen=True, slots=True)
class Respuestas:
    """Who answers, and what: UUID and whether the cancellation is accepted."""

    rfc_receptor: str
    folios: list[tuple[str, bool]]


def verified(xml: bytes, now: datetime) -> Respuestas:
    """The answers; `Refused` with 301, 302, 304, 308 or 310, and 1003 if another than the receptor signed."""
    root = parsed(xml, "SolicitudAceptacionRechazo")
    rfc = str(root.get("RfcReceptor"))
    check_signature(root, rfc, now, foreign=Refused("1003", "El sello no corresponde al RFC receptor."))
    if root.get("RfcPacEnviaSolicitud") != RFC_PAC:
        raise Refused("301", "XML mal formado: la solicitud nombra a otro PAC.")
    answers = [
        (str(folio.findtext(f"{NS}UUID")), str(folio.findtext(f"{NS}Respuesta")))
        for folio in root.findall(f"{NS}Folios")
    ]
    if not answers or any(answer not in _ANSWERS for _, answer in answers):
        raise Refused("301", "XML mal formado: se espera Aceptacion o Rechazo por cada UUID.")
    return Respuestas(rfc, [(uuid, _ANSWERS[answer]) for uuid, answer in answers])
