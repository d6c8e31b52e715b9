"""What stands behind every fake PAC: the stamps that exist, and SAT's answers about them."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.plugin import CfdiStatus, InDoubtError, add_timbre, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

NO_CERTIFICADO_SAT = "30001000000500000000"
_CENTRO = ZoneInfo("America/Mexico_City")
_CFDI = "{http://www.sat.gob.mx/cfd/4}"
_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
_LOCATION = f"{_TFD} http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
_CANCELACION = "{http://cancelacfd.sat.gob.mx}"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_WITHOUT_ACCEPTANCE = Decimal(1000)


class RefusedError(Exception):
    """A refusal with SAT's own code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(slots=True)
class StampedCfdi:
    """One stamp, and what became of it. `sent` is what the issuer sealed, `xml` the same with the timbre."""

    uuid: str
    sent: bytes
    timbre: str
    rfc_emisor: str
    rfc_receptor: str
    serie: str
    folio: str
    fecha: str
    total: Decimal
    sello: str
    fecha_timbrado: str
    cancellation: Literal[
        "", "En proceso", "Solicitud rechazada", "Cancelado sin aceptación", "Cancelado con aceptación"
    ] = ""

    @property
    def xml(self) -> bytes:
        """The complete stamped CFDI."""
        return add_timbre(self.sent, self.timbre.encode())


def _now() -> datetime:
    return datetime.now(UTC)


class FakeSat:
    """The stamps of one fake PAC. It checks what is cheap: XML, issuer, receiver, seal present, no earlier timbre.

    Args:
        rfc_pac: RfcProvCertif of the stamps.
        clock: the time of stamps.
    """

    def __init__(self, rfc_pac: str, clock: Callable[[], datetime] = _now) -> None:
        self.rfc_pac = rfc_pac
        self.clock = clock
        self.stamps: list[StampedCfdi] = []

    def read(self, xml: bytes) -> StampedCfdi:
        """The sealed document as it would be stamped, not yet kept.

        Raises:
            RefusedError: 301 for what is no sealed CFDI 4.0, 307 for one that already has a timbre.
        """
        try:
            root = parse_xml(xml)
            emisor, receptor = root.find(f"{_CFDI}Emisor"), root.find(f"{_CFDI}Receptor")
            if root.tag != f"{_CFDI}Comprobante" or emisor is None:
                raise RefusedError("301", "El XML no es un Comprobante.")
            total = Decimal(root.get("Total", ""))
        except (InDoubtError, InvalidOperation) as error:
            raise RefusedError("301", "XML mal formado.") from error
        sello = root.get("Sello", "")
        if not sello:
            raise RefusedError("302", "Sello mal formado o inválido.")
        if root.find(f".//{{{_TFD}}}TimbreFiscalDigital") is not None:
            raise RefusedError("307", "El comprobante contiene un timbre previo.")
        uuid = str(uuid4()).upper()
        fecha = self.clock().astimezone(_CENTRO).strftime("%Y-%m-%dT%H:%M:%S")
        return StampedCfdi(
            uuid=uuid,
            sent=xml,
            timbre=_timbre(uuid, fecha, self.rfc_pac, sello),
            rfc_emisor=emisor.get("Rfc", ""),
            rfc_receptor="" if receptor is None else receptor.get("Rfc", ""),
            serie=root.get("Serie", ""),
            folio=root.get("Folio", ""),
            fecha=root.get("Fecha", ""),
            total=total,
            sello=sello,
            fecha_timbrado=fecha,
        )

    def stamp(self, xml: bytes) -> StampedCfdi:
        """A new stamp; whether these bytes had one before is for the PAC to look up. Raises as `read`."""
        self.stamps.append(self.read(xml))
        return self.stamps[-1]

    def of_bytes(self, xml: bytes) -> StampedCfdi | None:
        """The stamp of exactly these bytes."""
        return next((stamp for stamp in self.stamps if stamp.sent == xml), None)

    def of_uuid(self, uuid: str) -> StampedCfdi | None:
        """The stamp with this UUID, however it is written."""
        return next((stamp for stamp in self.stamps if stamp.uuid == uuid.upper()), None)

    def cancel(self, signed_xml: bytes) -> tuple[str, str]:
        """File a signed Cancelacion of one folio; its UUID and SAT's code (201, 202, 203, 205).

        Raises:
            RefusedError: 301 for what is no Cancelacion, 302 without a signature.
        """
        root = _signed(signed_xml, "Cancelacion")
        folios = list(root.iter(f"{_CANCELACION}Folio"))
        if len(folios) != 1:
            raise RefusedError("301", "XML mal formado.")
        rfc, uuid = root.get("RfcEmisor", ""), folios[0].get("UUID", "").upper()
        stamp = self.of_uuid(uuid)
        if stamp is None:
            return uuid, "205"
        if stamp.rfc_emisor != rfc:
            return uuid, "203"
        if stamp.cancellation not in {"", "Solicitud rechazada"}:
            return uuid, "202"
        alone = stamp.total <= _WITHOUT_ACCEPTANCE or stamp.rfc_receptor in {"XAXX010101000", "XEXX010101000"}
        stamp.cancellation = "Cancelado sin aceptación" if alone else "En proceso"
        return uuid, "201"

    def acuse(self, uuid: str, code: str, rfc: str) -> str:
        """SAT's acuse of a cancellation."""
        at = self.clock().astimezone(_CENTRO).strftime("%Y-%m-%dT%H:%M:%S")
        return (
            f'<?xml version="1.0" encoding="utf-8"?><Acuse Fecha="{at}" RfcEmisor="{rfc}">'
            f'<Folios xmlns="http://cancelacfd.sat.gob.mx"><UUID>{uuid}</UUID><EstatusUUID>{code}</EstatusUUID>'
            "</Folios></Acuse>"
        )

    def pending(self, rfc_receptor: str) -> list[str]:
        """UUIDs that wait for this receiver."""
        return [
            stamp.uuid
            for stamp in self.stamps
            if stamp.rfc_receptor == rfc_receptor and stamp.cancellation == "En proceso"
        ]

    def answer(self, signed_xml: bytes) -> list[tuple[str, str, str]]:
        """A receiver's signed SolicitudAceptacionRechazo: UUID, answer and SAT's code (1000, 1001) of each folio.

        Raises:
            RefusedError: 301 for what is no such document, 302 without a signature.
        """
        root = _signed(signed_xml, "SolicitudAceptacionRechazo")
        folios = (
            (folio.findtext(f"{_CANCELACION}UUID", "").upper(), folio.findtext(f"{_CANCELACION}Respuesta", ""))
            for folio in root.iter(f"{_CANCELACION}Folios")
        )
        return [(uuid, said, self.receptor_answers(uuid, accepts=said == "Aceptacion")) for uuid, said in folios]

    def receptor_answers(self, uuid: str, *, accepts: bool) -> str:
        """The receiver answers on SAT's own site; SAT's code (1000 received, 1001 nothing waits)."""
        stamp = self.of_uuid(uuid)
        if stamp is None or stamp.cancellation != "En proceso":
            return "1001"
        stamp.cancellation = "Cancelado con aceptación" if accepts else "Solicitud rechazada"
        return "1000"

    def status(self, uuid: str, rfc_emisor: str, rfc_receptor: str, total: str) -> CfdiStatus:
        """ConsultaCFDI: every value must be that of the CFDI."""
        stamp = self.of_uuid(uuid)
        if stamp is None or (rfc_emisor, rfc_receptor, _decimal(total)) != (
            stamp.rfc_emisor,
            stamp.rfc_receptor,
            stamp.total,
        ):
            return CfdiStatus("No Encontrado")
        if stamp.cancellation.startswith("Cancelado"):
            return CfdiStatus("Cancelado", "No cancelable", stamp.cancellation)
        return CfdiStatus("Vigente", "Cancelable con aceptación", stamp.cancellation)


def _signed(signed_xml: bytes, name: str) -> "_Element":
    try:
        root = parse_xml(signed_xml)
    except InDoubtError as error:
        raise RefusedError("301", "XML mal formado.") from error
    if root.tag != f"{_CANCELACION}{name}":
        raise RefusedError("301", "XML mal formado.")
    if root.find(f".//{_SIGNATURE}") is None:
        raise RefusedError("302", "Sello mal formado o inválido.")
    return root


def _timbre(uuid: str, fecha: str, rfc_pac: str, sello: str) -> str:
    cadena = f"||1.1|{uuid}|{fecha}|{rfc_pac}|{sello}|{NO_CERTIFICADO_SAT}||"
    sello_sat = base64.b64encode(_sat_key().sign(cadena.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    return (
        f'<tfd:TimbreFiscalDigital xmlns:tfd="{_TFD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_LOCATION}" Version="1.1" UUID="{uuid}" FechaTimbrado="{fecha}"'
        f' RfcProvCertif="{rfc_pac}" SelloCFD="{sello}" NoCertificadoSAT="{NO_CERTIFICADO_SAT}"'
        f' SelloSAT="{sello_sat}"/>'
    )


@cache
def _sat_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
