"""What a receptor signs: the answer to a request to cancel, and the question which CFDIs are related to one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from hub.cfdi.csd import Csd
from hub.cfdi.solicitud import SolicitudError, checked_fecha, checked_pac, checked_signer, checked_uuid, document
from hub.cfdi.xmldsig import sign_enveloped

Respuesta = Literal["Aceptacion", "Rechazo"]


def aceptacion_rechazo(
    *, rfc_receptor: str, rfc_pac: str, folios: Sequence[tuple[str, Respuesta]], fecha: datetime, csd: Csd
) -> bytes:
    """SAT's `SolicitudAceptacionRechazo`: the receptor's answers, due within three business days (RMF 2.7.1.34).

    Args:
        rfc_receptor: Receptor of the CFDIs, and holder of the CSD.
        rfc_pac: RFC of the PAC that forwards the answer.
        folios: UUID and answer of each request; silence counts as acceptance.
        fecha: The moment of the answer in the receptor's own zone.
        csd: The receptor's certificate.

    Raises:
        SolicitudError: 301 no folio, no such answer, bad fecha or PAC; 303 the CSD is of another RFC; 309 no UUID.
    """
    if not folios:
        raise SolicitudError("301", "there is no folio to answer; give at least one")
    attributes = {
        "RfcReceptor": checked_signer(rfc_receptor, csd),
        "RfcPacEnviaSolicitud": checked_pac(rfc_pac),
        "Fecha": checked_fecha(fecha),
    }
    content = "".join(_answer(uuid, respuesta) for uuid, respuesta in folios)
    return sign_enveloped(document("SolicitudAceptacionRechazo", attributes, content), csd)


def peticion_consulta_relacionados(
    *, uuid: str, rfc: str, role: Literal["emisor", "receptor"], rfc_pac: str, csd: Csd
) -> bytes:
    """SAT's `PeticionConsultaRelacionados`: which CFDIs name this one, and which it names.

    `rfc` asks, holds the CSD, and was the emisor or the receptor of the CFDI. Live related CFDIs make it
    "No cancelable". The shape is that of public PAC clients; SAT publishes none.

    Raises:
        SolicitudError: 301 bad PAC; 303 the CSD is of another RFC; 309 no UUID.
    """
    signer = checked_signer(rfc, csd)
    attributes = {
        "RfcEmisor": signer if role == "emisor" else "",
        "RfcPacEnviaSolicitud": checked_pac(rfc_pac),
        "RfcReceptor": signer if role == "receptor" else "",
        "Uuid": checked_uuid(uuid),
    }
    return sign_enveloped(document("PeticionConsultaRelacionados", attributes), csd)


def _answer(uuid: str, respuesta: Respuesta) -> str:
    if respuesta not in get_args(Respuesta):
        raise SolicitudError("301", f"{respuesta!r} is no answer; use Aceptacion or Rechazo")
    return f"<Folios><UUID>{checked_uuid(uuid)}</UUID><Respuesta>{respuesta}</Respuesta></Folios>"
