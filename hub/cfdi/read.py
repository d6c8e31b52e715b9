"""Reads a CFDI 4.0 back from its XML."""

from typing import TYPE_CHECKING

from hub.cfdi.attributes import attributes as _attributes
from hub.cfdi.attributes import decimal as _decimal
from hub.cfdi.attributes import number as _number
from hub.cfdi.document import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    InformacionGlobal,
    Parte,
    Receptor,
    Retencion,
    TimbreFiscal,
    Traslado,
)
from hub.cfdi.pagos_read import pagos_of
from hub.cfdi.parse import MalformedXmlError, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

_CFDI = "{http://www.sat.gob.mx/cfd/4}"
_TFD = "{http://www.sat.gob.mx/TimbreFiscalDigital}"


def read(xml: bytes) -> Comprobante:
    """The document with its timbre and payments, if it has them. Other complements and the Addenda are not read.

    Raises MalformedXmlError (a ValueError) if the bytes are no CFDI 4.0 or lack a required attribute.
    """
    root = cfdi_root(xml)
    try:
        return _comprobante(root)
    except KeyError as error:
        raise MalformedXmlError(f"the CFDI lacks {error}") from error


def read_timbre(xml: bytes) -> TimbreFiscal | None:
    """The timbre of a stamped CFDI alone; `None` if it is not stamped."""
    return timbre_of(cfdi_root(xml))


def cfdi_root(xml: bytes) -> "_Element":
    """The `cfdi:Comprobante` of a CFDI 4.0; raises MalformedXmlError for anything else."""
    root = parse(xml)
    if root.tag != f"{_CFDI}Comprobante" or root.get("Version") != "4.0":
        raise MalformedXmlError(f"not a CFDI 4.0: the root element is {root.tag}, Version {root.get('Version')}")
    return root


def _comprobante(root: "_Element") -> Comprobante:
    a = _attributes(root)
    return Comprobante(
        fecha=a["Fecha"],
        emisor=_emisor(_required(root, "Emisor")),
        receptor=_receptor(_required(root, "Receptor")),
        conceptos=tuple(_concepto(node) for node in _required(root, "Conceptos")),
        sub_total=_number(a["SubTotal"]),
        moneda=a["Moneda"],
        total=_number(a["Total"]),
        tipo_de_comprobante=a["TipoDeComprobante"],
        lugar_expedicion=a["LugarExpedicion"],
        exportacion=a["Exportacion"],
        serie=a.get("Serie"),
        folio=a.get("Folio"),
        forma_pago=a.get("FormaPago"),
        metodo_pago=a.get("MetodoPago"),
        condiciones_de_pago=a.get("CondicionesDePago"),
        descuento=_decimal(root, "Descuento"),
        tipo_cambio=_decimal(root, "TipoCambio"),
        confirmacion=a.get("Confirmacion"),
        impuestos=_impuestos(root.find(f"{_CFDI}Impuestos")),
        informacion_global=_informacion_global(root.find(f"{_CFDI}InformacionGlobal")),
        cfdi_relacionados=tuple(map(_relacionados, root.iterfind(f"{_CFDI}CfdiRelacionados"))),
        no_certificado=a.get("NoCertificado", ""),
        certificado=a.get("Certificado", ""),
        sello=a.get("Sello", ""),
        timbre=timbre_of(root),
        pagos=pagos_of(root),
    )


def _required(root: "_Element", name: str) -> "_Element":
    node = root.find(f"{_CFDI}{name}")
    if node is None:
        raise KeyError(name)
    return node


def _emisor(node: "_Element") -> Emisor:
    a = _attributes(node)
    return Emisor(a["Rfc"], a["Nombre"], a["RegimenFiscal"], a.get("FacAtrAdquirente"))


def _receptor(node: "_Element") -> Receptor:
    a = _attributes(node)
    return Receptor(
        rfc=a["Rfc"],
        nombre=a["Nombre"],
        domicilio_fiscal=a["DomicilioFiscalReceptor"],
        regimen_fiscal=a["RegimenFiscalReceptor"],
        uso_cfdi=a["UsoCFDI"],
        residencia_fiscal=a.get("ResidenciaFiscal"),
        num_reg_id_trib=a.get("NumRegIdTrib"),
    )


def _concepto(node: "_Element") -> Concepto:
    a = _attributes(node)
    taxes = f"{_CFDI}Impuestos"
    return Concepto(
        clave_prod_serv=a["ClaveProdServ"],
        cantidad=_number(a["Cantidad"]),
        clave_unidad=a["ClaveUnidad"],
        descripcion=a["Descripcion"],
        valor_unitario=_number(a["ValorUnitario"]),
        importe=_number(a["Importe"]),
        objeto_imp=a["ObjetoImp"],
        no_identificacion=a.get("NoIdentificacion"),
        unidad=a.get("Unidad"),
        descuento=_decimal(node, "Descuento"),
        traslados=tuple(map(_traslado, node.iterfind(f"{taxes}/{_CFDI}Traslados/{_CFDI}Traslado"))),
        retenciones=tuple(map(_retencion, node.iterfind(f"{taxes}/{_CFDI}Retenciones/{_CFDI}Retencion"))),
        a_cuenta_terceros=_a_cuenta_terceros(node.find(f"{_CFDI}ACuentaTerceros")),
        informacion_aduanera=_pedimentos(node),
        cuenta_predial=tuple(_attributes(n)["Numero"] for n in node.iterfind(f"{_CFDI}CuentaPredial")),
        partes=tuple(map(_parte, node.iterfind(f"{_CFDI}Parte"))),
    )


def _pedimentos(node: "_Element") -> tuple[str, ...]:
    return tuple(_attributes(n)["NumeroPedimento"] for n in node.iterfind(f"{_CFDI}InformacionAduanera"))


def _parte(node: "_Element") -> Parte:
    a = _attributes(node)
    return Parte(
        clave_prod_serv=a["ClaveProdServ"],
        cantidad=_number(a["Cantidad"]),
        descripcion=a["Descripcion"],
        no_identificacion=a.get("NoIdentificacion"),
        unidad=a.get("Unidad"),
        valor_unitario=_decimal(node, "ValorUnitario"),
        importe=_decimal(node, "Importe"),
        informacion_aduanera=_pedimentos(node),
    )


def _traslado(node: "_Element") -> Traslado:
    a = _attributes(node)
    tasa, importe = _decimal(node, "TasaOCuota"), _decimal(node, "Importe")
    return Traslado(_number(a["Base"]), a["Impuesto"], a["TipoFactor"], tasa, importe)


def _retencion(node: "_Element") -> Retencion:
    a = _attributes(node)
    tasa, importe = _number(a["TasaOCuota"]), _number(a["Importe"])
    return Retencion(_number(a["Base"]), a["Impuesto"], a["TipoFactor"], tasa, importe)


def _a_cuenta_terceros(node: "_Element | None") -> ACuentaTerceros | None:
    if node is None:
        return None
    names = ("Rfc", "Nombre", "RegimenFiscal", "DomicilioFiscal")
    return ACuentaTerceros(*[_attributes(node)[f"{name}ACuentaTerceros"] for name in names])


def _impuestos(node: "_Element | None") -> Impuestos | None:
    if node is None:
        return None
    withheld = node.iterfind(f"{_CFDI}Retenciones/{_CFDI}Retencion")
    return Impuestos(
        retenciones=tuple(
            ImpuestoRetenido(_attributes(r)["Impuesto"], _number(_attributes(r)["Importe"])) for r in withheld
        ),
        traslados=tuple(map(_traslado, node.iterfind(f"{_CFDI}Traslados/{_CFDI}Traslado"))),
        total_impuestos_retenidos=_decimal(node, "TotalImpuestosRetenidos"),
        total_impuestos_trasladados=_decimal(node, "TotalImpuestosTrasladados"),
    )


def _informacion_global(node: "_Element | None") -> InformacionGlobal | None:
    if node is None:
        return None
    a = _attributes(node)
    return InformacionGlobal(a["Periodicidad"], a["Meses"], a["Año"])


def _relacionados(node: "_Element") -> CfdiRelacionados:
    return CfdiRelacionados(_attributes(node)["TipoRelacion"], tuple(_attributes(child)["UUID"] for child in node))


def timbre_of(root: "_Element") -> TimbreFiscal | None:
    """The timbre under the root of a CFDI, `None` if it is not stamped."""
    node = root.find(f"{_CFDI}Complemento/{_TFD}TimbreFiscalDigital")
    if node is None:
        return None
    a = _attributes(node)
    try:
        return TimbreFiscal(
            uuid=a["UUID"],
            fecha_timbrado=a["FechaTimbrado"],
            rfc_prov_certif=a["RfcProvCertif"],
            sello_cfd=a["SelloCFD"],
            no_certificado_sat=a["NoCertificadoSAT"],
            sello_sat=a["SelloSAT"],
            leyenda=a.get("Leyenda"),
        )
    except KeyError as missing:
        raise MalformedXmlError(f"the timbre lacks {missing}") from missing
