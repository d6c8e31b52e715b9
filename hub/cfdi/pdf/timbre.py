"""The Timbre Fiscal Digital on paper (Anexo 33): what proves that SAT knows the document."""

from datetime import datetime

from hub.cfdi.pdf.formats import timestamp
from hub.cfdi.pdf.qr import QrData
from hub.cfdi.pdf.source import Source, attribute, optional


def stamped_at(source: Source) -> datetime:
    """FechaTimbrado, naive as the XML has it."""
    return datetime.fromisoformat(attribute(source.timbre, "FechaTimbrado"))


def timbre(source: Source) -> dict[str, object]:
    """Certificates, seals and the cadena original of the TFD; `fecha_partes` dates the PDF."""
    node = source.timbre
    stamped = attribute(node, "FechaTimbrado")
    return {
        "uuid": attribute(node, "UUID"),
        "fecha": timestamp(stamped),
        "fecha_partes": _parts(datetime.fromisoformat(stamped)),
        "rfc_prov_certif": attribute(node, "RfcProvCertif"),
        "no_certificado_emisor": attribute(source.comprobante, "NoCertificado"),
        "no_certificado_sat": attribute(node, "NoCertificadoSAT"),
        "sello_cfdi": attribute(source.comprobante, "Sello"),
        "sello_sat": attribute(node, "SelloSAT"),
        "cadena_original": _tfd_cadena(source),
        "leyenda": optional(node, "Leyenda"),
    }


def _tfd_cadena(source: Source) -> str:
    """Anexo 33 fixes the order; an attribute that is absent leaves no empty place."""
    names = ("Version", "UUID", "FechaTimbrado", "RfcProvCertif", "Leyenda", "SelloCFD", "NoCertificadoSAT")
    values = (" ".join(optional(source.timbre, name).split()) for name in names)
    return f"||{'|'.join(value for value in values if value)}||"


def qr_data(source: Source) -> QrData:
    """What the QR says, taken from the XML as written."""
    return QrData(
        uuid=attribute(source.timbre, "UUID"),
        rfc_emisor=attribute(source.emisor, "Rfc"),
        rfc_receptor=attribute(source.receptor, "Rfc"),
        total=attribute(source.comprobante, "Total"),
        sello=attribute(source.comprobante, "Sello"),
    )


def _parts(moment: datetime) -> dict[str, int]:
    return {name: getattr(moment, name) for name in ("year", "month", "day", "hour", "minute", "second")}
