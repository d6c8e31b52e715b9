"""Reads a CFDI 4.0 or 3.3 back from its XML: all of it, or a word on what stands in the way."""

from typing import TYPE_CHECKING

from hub.cfdi.complements_read import complementos, foreign
from hub.cfdi.document import (
    ABSENT,
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    ImpuestoTrasladado,
    InformacionGlobal,
    Parte,
    Receptor,
    Retencion,
    TimbreFiscal,
    Traslado,
)
from hub.cfdi.parse import MalformedXmlError, parse_cfdi
from hub.cfdi.read_node import Node, checked
from hub.cfdi.shapes import COMPROBANTE_33, COMPROBANTE_40

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHAPES = {
    ("{http://www.sat.gob.mx/cfd/4}Comprobante", "4.0"): COMPROBANTE_40,
    ("{http://www.sat.gob.mx/cfd/3}Comprobante", "3.3"): COMPROBANTE_33,
}


def read(xml: bytes) -> Comprobante:
    """The document with its timbre, payments, other complements and Addenda; nothing in it is passed over.

    What SAT's schema does not know, lacks or repeats is an error, and so is an empty attribute. Complements that the
    hub does not know, and the Addenda, are kept as `ForeignXml`. A draft without Sello or timbre can be read too.

    Raises MalformedXmlError (a ValueError): the bytes are no CFDI 4.0 or 3.3, or hold more or less than one.
    """
    return comprobante_of(cfdi_root(xml))


def read_timbre(xml: bytes) -> TimbreFiscal | None:
    """The timbre of a stamped CFDI; `None` if it is not stamped. Raises as `read` does."""
    return read(xml).timbre


def cfdi_root(xml: bytes) -> "_Element":
    """The `cfdi:Comprobante` of a CFDI 4.0 or 3.3; raises MalformedXmlError for anything else."""
    root = parse_cfdi(xml)
    if (root.tag, root.get("Version")) not in _SHAPES:
        version = root.get("Version") or root.get("version")
        raise MalformedXmlError(f"not a CFDI 4.0 or 3.3: the root element is {root.tag}, Version {version}")
    return root


def comprobante_of(root: "_Element") -> Comprobante:
    """The document under a root that `cfdi_root` gave."""
    version = root.get("Version", "")
    node = checked(root, _SHAPES[root.tag, version])
    addenda = node.first("Addenda")
    known = complementos(node)
    return Comprobante(
        fecha=node.text("Fecha"),
        emisor=_emisor(node.one("Emisor")),
        receptor=_receptor(node.one("Receptor")),
        conceptos=tuple([_concepto(line) for line in node.every("Conceptos", "Concepto")]),
        sub_total=node.number("SubTotal"),
        moneda=node.text("Moneda"),
        total=node.number("Total"),
        tipo_de_comprobante=node.text("TipoDeComprobante"),
        lugar_expedicion=node.text("LugarExpedicion"),
        exportacion=node.maybe("Exportacion") or ABSENT,
        serie=node.maybe("Serie"),
        folio=node.maybe("Folio"),
        forma_pago=node.maybe("FormaPago"),
        metodo_pago=node.maybe("MetodoPago"),
        condiciones_de_pago=node.maybe("CondicionesDePago"),
        descuento=node.maybe_number("Descuento"),
        tipo_cambio=node.maybe_number("TipoCambio"),
        confirmacion=node.maybe("Confirmacion"),
        impuestos=_impuestos(node.first("Impuestos"), version),
        informacion_global=_informacion_global(node.first("InformacionGlobal")),
        cfdi_relacionados=tuple([_relacionados(related) for related in node.every("CfdiRelacionados")]),
        no_certificado=node.maybe("NoCertificado") or "",
        certificado=node.maybe("Certificado") or "",
        sello=node.maybe("Sello") or "",
        timbre=known.timbre,
        version=version,
        pagos=known.pagos,
        pagos_10=known.pagos_10,
        complementos=known.others,
        addenda=foreign(addenda.elements) if addenda else (),
    )


def _emisor(node: Node) -> Emisor:
    return Emisor(
        node.text("Rfc"), node.maybe("Nombre") or ABSENT, node.text("RegimenFiscal"), node.maybe("FacAtrAdquirente")
    )


def _receptor(node: Node) -> Receptor:
    return Receptor(
        rfc=node.text("Rfc"),
        nombre=node.maybe("Nombre") or ABSENT,
        domicilio_fiscal=node.maybe("DomicilioFiscalReceptor") or ABSENT,
        regimen_fiscal=node.maybe("RegimenFiscalReceptor") or ABSENT,
        uso_cfdi=node.text("UsoCFDI"),
        residencia_fiscal=node.maybe("ResidenciaFiscal"),
        num_reg_id_trib=node.maybe("NumRegIdTrib"),
    )


def _concepto(node: Node) -> Concepto:
    complemento = node.first("ComplementoConcepto")
    return Concepto(
        clave_prod_serv=node.text("ClaveProdServ"),
        cantidad=node.number("Cantidad"),
        clave_unidad=node.text("ClaveUnidad"),
        descripcion=node.text("Descripcion"),
        valor_unitario=node.number("ValorUnitario"),
        importe=node.number("Importe"),
        objeto_imp=node.maybe("ObjetoImp") or ABSENT,
        no_identificacion=node.maybe("NoIdentificacion"),
        unidad=node.maybe("Unidad"),
        descuento=node.maybe_number("Descuento"),
        traslados=tuple([_traslado(row) for row in node.every("Impuestos", "Traslados", "Traslado")]),
        retenciones=tuple([_retencion(row) for row in node.every("Impuestos", "Retenciones", "Retencion")]),
        a_cuenta_terceros=_a_cuenta_terceros(node.first("ACuentaTerceros")),
        informacion_aduanera=_pedimentos(node),
        cuenta_predial=tuple([predial.text("Numero") for predial in node.every("CuentaPredial")]),
        complemento_concepto=foreign(complemento.elements) if complemento else (),
        partes=tuple([_parte(parte) for parte in node.every("Parte")]),
    )


def _parte(node: Node) -> Parte:
    return Parte(
        clave_prod_serv=node.text("ClaveProdServ"),
        cantidad=node.number("Cantidad"),
        descripcion=node.text("Descripcion"),
        no_identificacion=node.maybe("NoIdentificacion"),
        unidad=node.maybe("Unidad"),
        valor_unitario=node.maybe_number("ValorUnitario"),
        importe=node.maybe_number("Importe"),
        informacion_aduanera=_pedimentos(node),
    )


def _pedimentos(node: Node) -> tuple[str, ...]:
    return tuple([pedimento.text("NumeroPedimento") for pedimento in node.every("InformacionAduanera")])


def _traslado(node: Node) -> Traslado:
    tasa, importe = node.maybe_number("TasaOCuota"), node.maybe_number("Importe")
    return Traslado(node.number("Base"), node.text("Impuesto"), node.text("TipoFactor"), tasa, importe)


def _retencion(node: Node) -> Retencion:
    tasa, importe = node.number("TasaOCuota"), node.number("Importe")
    return Retencion(node.number("Base"), node.text("Impuesto"), node.text("TipoFactor"), tasa, importe)


def _trasladado(node: Node) -> ImpuestoTrasladado:
    tasa, importe = node.number("TasaOCuota"), node.number("Importe")
    return ImpuestoTrasladado(node.text("Impuesto"), node.text("TipoFactor"), tasa, importe)


def _a_cuenta_terceros(node: Node | None) -> ACuentaTerceros | None:
    if node is None:
        return None
    names = ("Rfc", "Nombre", "RegimenFiscal", "DomicilioFiscal")
    return ACuentaTerceros(*[node.text(f"{name}ACuentaTerceros") for name in names])


def _impuestos(node: Node | None, version: str) -> Impuestos | None:
    if node is None:
        return None
    transferred = node.every("Traslados", "Traslado")
    return Impuestos(
        retenciones=tuple(
            [
                ImpuestoRetenido(row.text("Impuesto"), row.number("Importe"))
                for row in node.every("Retenciones", "Retencion")
            ]
        ),
        traslados=tuple([_traslado(row) for row in transferred]) if version == "4.0" else (),
        total_impuestos_retenidos=node.maybe_number("TotalImpuestosRetenidos"),
        total_impuestos_trasladados=node.maybe_number("TotalImpuestosTrasladados"),
        trasladados=tuple([_trasladado(row) for row in transferred]) if version == "3.3" else (),
    )


def _informacion_global(node: Node | None) -> InformacionGlobal | None:
    if node is None:
        return None
    return InformacionGlobal(node.text("Periodicidad"), node.text("Meses"), node.text("Año"))


def _relacionados(node: Node) -> CfdiRelacionados:
    return CfdiRelacionados(node.text("TipoRelacion"), tuple([n.text("UUID") for n in node.every("CfdiRelacionado")]))
