"""SAT's signed Cancelacion document: what it says and whether the issuer's CSD signed it."""

from datetime import datetime

from lxml import etree

from .refusal import Refused
from .signed_xml import NS, check_signature, parsed

_MOTIVOS = frozenset({"01", "02", "03", "04"})


def verified(xml: bytes, *, rfc: str, uuid: str, motivo: str, sustitucion: str, now: datetime) -> None:
    """Refuse a document that does not say exactly this, or that the issuer's CSD did not sign."""
    root = parsed(xml, "Cancelacion")
    _check_content(root, rfc=rfc, uuid=uuid, motivo=motivo, sustitucion=sustitucion)
    check_signature(root, rfc, now, foreign=Refused("303", "El sello no corresponde al emisor."))


def _check_content(root: etree._Element, *, rfc: str, uuid: str, motivo: str, sustitucion: str) -> None:
    folios = root.findall(f"{NS}Folios/{NS}Folio")
    if len(folios) != 1:
        raise Refused("301", "XML mal formado: se espera un solo Folio.")
    if root.get("RfcEmisor") != rfc:
        raise Refused("203", "El RfcEmisor de la solicitud no es el del emisor.")
    if str(folios[0].get("UUID")).upper() != uuid.upper():
        raise Refused("309", "El UUID firmado no es el que se pide cancelar.")
    if motivo not in _MOTIVOS or folios[0].get("Motivo") != motivo:
        raise Refused("311", "La clave del motivo de cancelación no es válida.")
    if (folios[0].get("FolioSustitucion") or "").upper() != sustitucion.upper():
        raise Refused("208", "El folio de sustitución firmado no es el que se indica.")
