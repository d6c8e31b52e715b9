"""A stamped CFDI as plain formatted values, ready for a template: strings, lists and dicts, nothing to compute."""

from lxml import etree

from hub.cfdi.pdf._descriptions import describe
from hub.cfdi.pdf.conceptos import conceptos
from hub.cfdi.pdf.formats import number, timestamp
from hub.cfdi.pdf.pagos import pagos, pagos_total, pagos_totals
from hub.cfdi.pdf.qr import qr_svg, qr_text
from hub.cfdi.pdf.source import NAMESPACES, Source, attribute, every, one, optional, read
from hub.cfdi.pdf.timbre import qr_data, timbre
from hub.cfdi.pdf.totals import total, totals

LEGEND = "Este documento es una representación impresa de un CFDI"

_TITLES = {"I": "Factura", "E": "Nota de crédito", "P": "Recibo de pago", "T": "Traslado", "N": "Recibo de nómina"}
_SHOWN_COMPLEMENTS = {NAMESPACES["tfd"], NAMESPACES["pago20"], NAMESPACES["implocal"]}

Field = tuple[str, str]


def view(xml: bytes) -> dict[str, object]:
    """Everything that a representación impresa must show (CFF 29-A; RMF 2.7.1.7), formatted in Mexican Spanish.

    Raises:
        SourceError: The bytes are not a stamped CFDI 4.0.
    """
    return view_of(read(xml))


def view_of(source: Source) -> dict[str, object]:
    """The view of a CFDI that is parsed already."""
    root = source.comprobante
    is_payment = attribute(root, "TipoDeComprobante") == "P"
    lines = conceptos(source)
    qr = qr_text(qr_data(source))
    return {
        "leyenda": LEGEND,
        "titulo": _title(source),
        "serie_folio": "-".join(part for part in (optional(root, "Serie"), optional(root, "Folio")) if part),
        "emisor": _emisor(source),
        "receptor": _receptor(source),
        "datos": [field for field in _fields(source) if field[1]],
        "relacionados": _relacionados(source),
        "conceptos": lines,
        "con_descuento": any(line["descuento"] for line in lines),
        "pagos": pagos(source),
        "totales": pagos_totals(source) if is_payment else totals(source),
        "total": (pagos_total(source) if is_payment else None) or total(source),
        "otros_complementos": _other_complements(source),
        "timbre": timbre(source),
        "qr_text": qr,
        "qr_svg": qr_svg(qr),
    }


def _title(source: Source) -> str:
    if one(source.comprobante, "cfdi:InformacionGlobal") is not None:
        return "Factura global"
    tipo = attribute(source.comprobante, "TipoDeComprobante")
    return _TITLES.get(tipo, "CFDI")


def _emisor(source: Source) -> dict[str, str]:
    return {
        "nombre": attribute(source.emisor, "Nombre"),
        "rfc": attribute(source.emisor, "Rfc"),
        "regimen_fiscal": describe("RegimenFiscal", attribute(source.emisor, "RegimenFiscal")),
        "lugar_expedicion": attribute(source.comprobante, "LugarExpedicion"),
    }


def _receptor(source: Source) -> dict[str, str]:
    residencia = optional(source.receptor, "ResidenciaFiscal")
    return {
        "nombre": attribute(source.receptor, "Nombre"),
        "rfc": attribute(source.receptor, "Rfc"),
        "codigo_postal": attribute(source.receptor, "DomicilioFiscalReceptor"),
        "regimen_fiscal": describe("RegimenFiscal", attribute(source.receptor, "RegimenFiscalReceptor")),
        "uso_cfdi": describe("UsoCFDI", attribute(source.receptor, "UsoCFDI")),
        "residencia_fiscal": describe("Pais", residencia) if residencia else "",
        "num_reg_id_trib": optional(source.receptor, "NumRegIdTrib"),
    }


def _fields(source: Source) -> list[Field]:
    root = source.comprobante
    tipo_cambio = optional(root, "TipoCambio")
    return [
        ("Fecha de emisión", timestamp(attribute(root, "Fecha"))),
        ("Tipo de comprobante", describe("TipoDeComprobante", attribute(root, "TipoDeComprobante"))),
        ("Forma de pago", _described(source, "FormaPago")),
        ("Método de pago", _described(source, "MetodoPago")),
        ("Moneda", source.moneda if source.moneda == "XXX" else describe("Moneda", source.moneda)),
        ("Tipo de cambio", number(tipo_cambio) if tipo_cambio and source.moneda != "MXN" else ""),
        ("Exportación", describe("Exportacion", attribute(root, "Exportacion"))),
        ("Periodo de la factura global", _periodo(source)),
        ("Condiciones de pago", optional(root, "CondicionesDePago")),
        ("Confirmación", optional(root, "Confirmacion")),
    ]


def _described(source: Source, name: str) -> str:
    key = optional(source.comprobante, name)
    return describe(name, key) if key else ""


def _periodo(source: Source) -> str:
    node = one(source.comprobante, "cfdi:InformacionGlobal")
    if node is None:
        return ""
    periodicidad = describe("Periodicidad", attribute(node, "Periodicidad"))
    return f"{periodicidad}, {describe('Meses', attribute(node, 'Meses'))}, {attribute(node, 'Año')}"


def _relacionados(source: Source) -> list[dict[str, object]]:
    return [
        {
            "relacion": describe("TipoRelacion", attribute(node, "TipoRelacion")),
            "uuids": [attribute(related, "UUID") for related in every(node, "cfdi:CfdiRelacionado")],
        }
        for node in every(source.comprobante, "cfdi:CfdiRelacionados")
    ]


def _other_complements(source: Source) -> list[str]:
    nodes = (etree.QName(node) for node in every(source.comprobante, "cfdi:Complemento/*"))
    return [name.localname for name in nodes if name.namespace not in _SHOWN_COMPLEMENTS]
