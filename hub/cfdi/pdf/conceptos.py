"""The lines of a CFDI for the table of the PDF."""

from hub.cfdi.pdf._descriptions import describe
from hub.cfdi.pdf.formats import money, number, rate, tax_name, unit_price
from hub.cfdi.pdf.source import Node, Source, attribute, every, one, optional

_PLAIN_OBJETO_IMP = "02"  # its taxes are listed, so the key says nothing more


def conceptos(source: Source) -> list[dict[str, object]]:
    """One entry per Concepto, amounts formatted in the currency of the document."""
    return [_concepto(node, source.moneda) for node in every(source.comprobante, "cfdi:Conceptos/cfdi:Concepto")]


def _concepto(node: Node, moneda: str) -> dict[str, object]:
    descuento = optional(node, "Descuento")
    return {
        "cantidad": number(attribute(node, "Cantidad")),
        "unidad": _unidad(node),
        "descripcion": attribute(node, "Descripcion"),
        "clave_prod_serv": describe("ClaveProdServ", attribute(node, "ClaveProdServ")),
        "no_identificacion": optional(node, "NoIdentificacion"),
        "valor_unitario": unit_price(attribute(node, "ValorUnitario"), moneda),
        "descuento": money(descuento, moneda) if descuento else "",
        "importe": money(attribute(node, "Importe"), moneda),
        "impuestos": [
            *(_tax(tax, "", moneda) for tax in every(node, "cfdi:Impuestos/cfdi:Traslados/cfdi:Traslado")),
            *(_tax(tax, "Ret. ", moneda) for tax in every(node, "cfdi:Impuestos/cfdi:Retenciones/cfdi:Retencion")),
        ],
        "objeto_imp": _objeto_imp(attribute(node, "ObjetoImp")),
        "detalles": _details(node),
    }


def _unidad(node: Node) -> str:
    key, own_name = attribute(node, "ClaveUnidad"), optional(node, "Unidad")
    return f"{key} {own_name}" if own_name else describe("ClaveUnidad", key)


def _tax(tax: Node, prefix: str, moneda: str) -> dict[str, str]:
    factor = attribute(tax, "TipoFactor")
    importe = optional(tax, "Importe")
    return {
        "nombre": f"{prefix}{tax_name(attribute(tax, 'Impuesto'))} {rate(factor, optional(tax, 'TasaOCuota'))}",
        "importe": money(importe, moneda) if importe else "",
    }


def _objeto_imp(key: str) -> str:
    return "" if key == _PLAIN_OBJETO_IMP else describe("ObjetoImp", key).removeprefix(key).strip()


def _details(node: Node) -> list[str]:
    details = [f"Pedimento {attribute(n, 'NumeroPedimento')}" for n in every(node, "cfdi:InformacionAduanera")]
    details += [f"Cuenta predial {attribute(n, 'Numero')}" for n in every(node, "cfdi:CuentaPredial")]
    details += [_parte(n) for n in every(node, "cfdi:Parte")]
    tercero = one(node, "cfdi:ACuentaTerceros")
    if tercero is not None:
        details.append(_a_cuenta_de(tercero))
    return details


def _parte(node: Node) -> str:
    return f"Incluye {number(attribute(node, 'Cantidad'))} × {attribute(node, 'Descripcion')}"


def _a_cuenta_de(tercero: Node) -> str:
    regimen = describe("RegimenFiscal", attribute(tercero, "RegimenFiscalACuentaTerceros"))
    return (
        f"Por cuenta de {attribute(tercero, 'NombreACuentaTerceros')}, RFC {attribute(tercero, 'RfcACuentaTerceros')}, "
        f"régimen {regimen}, C.P. {attribute(tercero, 'DomicilioFiscalACuentaTerceros')}"
    )
