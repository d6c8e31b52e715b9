"""The signed request to cancel CFDIs (CFF 29-A; RMF 2.7.1.34 and 2.7.1.35)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.cfdi.csd import Csd
from hub.cfdi.solicitud import SolicitudError, checked_fecha, checked_signer, checked_uuid, document
from hub.cfdi.xmldsig import sign_enveloped

Motivo = Literal["01", "02", "03", "04"]

MOTIVOS: dict[Motivo, str] = {
    "01": "Comprobante emitido con errores con relación",
    "02": "Comprobante emitido con errores sin relación",
    "03": "No se llevó a cabo la operación",
    "04": "Operación nominativa relacionada en una factura global",
}


@dataclass(frozen=True, slots=True)
class FolioCancelado:
    """A CFDI to cancel. `folio_sustitucion` is the UUID of its substitute, with motivo 01 and only then.

    The substitute must be stamped before and name the cancelled one with TipoRelacion 04 (code 312).

    Raises:
        SolicitudError: 309 no UUID, 311 no such motivo, 208 substitute missing or wrong, 209 not allowed.
    """

    uuid: str
    motivo: Motivo
    folio_sustitucion: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "uuid", checked_uuid(self.uuid))
        if self.motivo not in MOTIVOS:
            raise SolicitudError("311", f"{self.motivo!r} is no motivo; use 01, 02, 03 or 04")
        if self.motivo == "01":
            object.__setattr__(self, "folio_sustitucion", self._substitute())
        elif self.folio_sustitucion is not None:
            raise SolicitudError("209", f"motivo {self.motivo} takes no folio_sustitucion; leave it out or use 01")

    def _substitute(self) -> str:
        if self.folio_sustitucion is None:
            raise SolicitudError("208", "motivo 01 needs folio_sustitucion: stamp the new CFDI first")
        substitute = checked_uuid(self.folio_sustitucion, "208")
        if substitute == self.uuid:
            raise SolicitudError("208", f"{substitute} cannot substitute itself; give the UUID of the new CFDI")
        return substitute


def cancelacion(*, rfc_emisor: str, folios: Sequence[FolioCancelado], fecha: datetime, csd: Csd) -> bytes:
    """SAT's `Cancelacion` document, signed by the issuer, ready for a PAC (`CancelRequest.signed_xml`).

    Args:
        rfc_emisor: Issuer of the CFDIs, and holder of the CSD.
        folios: What to cancel. SAT takes several, but one refused folio may refuse all: send one at a time.
        fecha: The moment of the request in the issuer's own zone (`hub.sat.zone.zone_of`).
        csd: The issuer's certificate (`Csd.load` refuses an e.firma, code 310).

    Raises:
        SolicitudError: 301 no folio, or a fecha that is no Mexican local time; 303 the CSD is of another RFC.
    """
    if not folios:
        raise SolicitudError("301", "there is no folio to cancel; give at least one")
    attributes = {"RfcEmisor": checked_signer(rfc_emisor, csd), "Fecha": checked_fecha(fecha)}
    content = f"<Folios>{''.join(map(_folio, folios))}</Folios>"
    return sign_enveloped(document("Cancelacion", attributes, content), csd)


def _folio(folio: FolioCancelado) -> str:
    substitute = f' FolioSustitucion="{folio.folio_sustitucion}"' if folio.folio_sustitucion else ""
    return f'<Folio UUID="{folio.uuid}" Motivo="{folio.motivo}"{substitute}/>'
