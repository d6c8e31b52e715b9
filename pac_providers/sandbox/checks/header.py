"""CFDI40103-40125, 40127, 40137: the attributes of the Comprobante."""

from decimal import Decimal

from ..comprobante import COMERCIO_EXTERIOR, IMPLOCAL, Comprobante, decimals_of
from ..sat_files import catalog
from .rules import Rules

rules: Rules[Comprobante] = Rules()
ZERO = Decimal(0)


def _listed(cfdi: Comprobante, attribute: str, name: str) -> bool:
    return attribute not in cfdi.node or cfdi.node[attribute] in catalog(name)


def _fits_currency(cfdi: Comprobante, attribute: str) -> bool:
    return cfdi.node.decimals(attribute) <= cfdi.decimals


@rules("CFDI40121", "El TipoDeComprobante no está en c_TipoDeComprobante.")
def tipo_listed(cfdi: Comprobante) -> bool:
    return _listed(cfdi, "TipoDeComprobante", "c_TipoDeComprobante")


@rules("CFDI40113", "La Moneda no está en c_Moneda.")
def moneda_listed(cfdi: Comprobante) -> bool:
    return _listed(cfdi, "Moneda", "c_Moneda")


@rules("CFDI40103", "Un comprobante T, P o N no lleva FormaPago.")
def forma_pago_allowed(cfdi: Comprobante) -> bool:
    return cfdi.tipo not in {"T", "P", "N"} or "FormaPago" not in cfdi.node


@rules("CFDI40104", "La FormaPago no está en c_FormaPago.")
def forma_pago_listed(cfdi: Comprobante) -> bool:
    return _listed(cfdi, "FormaPago", "c_FormaPago")


@rules("CFDI40105", "Con MetodoPago PPD la FormaPago debe ser 99.")
def forma_pago_of_ppd(cfdi: Comprobante) -> bool:
    return cfdi.node["MetodoPago"] != "PPD" or cfdi.node["FormaPago"] == "99"


@rules("CFDI40107", "El SubTotal tiene más decimales que la moneda.")
def subtotal_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, "SubTotal")


@rules("CFDI40108", "El SubTotal no es la suma redondeada de los Importe de los conceptos.")
def subtotal_sum(cfdi: Comprobante) -> bool:
    expected = cfdi.rounded(sum((concepto.node.amount("Importe") for concepto in cfdi.conceptos), ZERO))
    return cfdi.tipo in {"T", "P"} or cfdi.node.amount("SubTotal") == expected


@rules("CFDI40109", "Un comprobante T o P tiene SubTotal 0.")
def subtotal_zero(cfdi: Comprobante) -> bool:
    return cfdi.tipo not in {"T", "P"} or cfdi.node.amount("SubTotal") == 0


@rules("CFDI40110", "El Descuento es mayor que el SubTotal.")
def descuento_fits(cfdi: Comprobante) -> bool:
    return cfdi.node.amount("Descuento") <= cfdi.node.amount("SubTotal")


@rules("CFDI40111", "El Descuento no es la suma redondeada de los Descuento de los conceptos.")
def descuento_sum(cfdi: Comprobante) -> bool:
    found = [concepto.node.amount("Descuento") for concepto in cfdi.conceptos if "Descuento" in concepto.node]
    if cfdi.tipo in {"T", "P"} or not found:
        return "Descuento" not in cfdi.node and not found
    return "Descuento" in cfdi.node and cfdi.node.amount("Descuento") == cfdi.rounded(sum(found, ZERO))


@rules("CFDI40112", "El Descuento tiene más decimales que la moneda.")
def descuento_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, "Descuento")


@rules("CFDI40114", "Con Moneda MXN el TipoCambio se omite o es 1.")
def tipo_cambio_of_mxn(cfdi: Comprobante) -> bool:
    return cfdi.node["Moneda"] != "MXN" or cfdi.node["TipoCambio"] in {"", "1"}


@rules("CFDI40115", "Con moneda extranjera se requiere el TipoCambio.")
def tipo_cambio_present(cfdi: Comprobante) -> bool:
    return cfdi.node["Moneda"] in {"MXN", "XXX"} or "TipoCambio" in cfdi.node


@rules("CFDI40116", "Con Moneda XXX no debe existir el TipoCambio.")
def tipo_cambio_absent(cfdi: Comprobante) -> bool:
    return cfdi.node["Moneda"] != "XXX" or "TipoCambio" not in cfdi.node


@rules("CFDI40117", "El TipoCambio no cumple el patrón: hasta 18 enteros y 6 decimales.")
def tipo_cambio_pattern(cfdi: Comprobante) -> bool:
    text = cfdi.node["TipoCambio"]
    return len(text.partition(".")[0]) <= 18 and decimals_of(text) <= 6 and not text.startswith("+")


@rules("CFDI40119", "El Total no es SubTotal - Descuento + impuestos trasladados - impuestos retenidos.")
def total_adds_up(cfdi: Comprobante) -> bool:
    node, taxes = cfdi.node, cfdi.impuestos.node
    total = node.amount("SubTotal") - node.amount("Descuento") + _local_taxes(cfdi)
    if taxes is not None:
        total += taxes.amount("TotalImpuestosTrasladados") - taxes.amount("TotalImpuestosRetenidos")
    return node.amount("Total") == total


@rules("CFDI40122", "Con Exportacion 02 se requiere el complemento Comercio Exterior.")
def exportacion_has_complement(cfdi: Comprobante) -> bool:
    return cfdi.node["Exportacion"] != "02" or cfdi.has_complement(COMERCIO_EXTERIOR)


@rules("CFDI40123", "La Exportacion no está en c_Exportacion.")
def exportacion_listed(cfdi: Comprobante) -> bool:
    return _listed(cfdi, "Exportacion", "c_Exportacion")


@rules("CFDI40124", "El MetodoPago no está en c_MetodoPago.")
def metodo_pago_listed(cfdi: Comprobante) -> bool:
    return _listed(cfdi, "MetodoPago", "c_MetodoPago")


@rules("CFDI40125", "Un comprobante T o P no lleva MetodoPago.")
def metodo_pago_allowed(cfdi: Comprobante) -> bool:
    return cfdi.tipo not in {"T", "P"} or "MetodoPago" not in cfdi.node


@rules("CFDI40127", "No debe existir el campo Confirmacion: no está en vigor.")
def confirmacion_absent(cfdi: Comprobante) -> bool:
    return "Confirmacion" not in cfdi.node


@rules("CFDI40137", "El TipoRelacion no está en c_TipoRelacion.")
def tipo_relacion_listed(cfdi: Comprobante) -> bool:
    return all(tipo in catalog("c_TipoRelacion") for tipo, _ in cfdi.relacionados)


def _local_taxes(cfdi: Comprobante) -> Decimal:
    total = ZERO
    for local in cfdi.root.iter(f"{IMPLOCAL}ImpuestosLocales"):
        total += Decimal(str(local.get("TotaldeTraslados"))) - Decimal(str(local.get("TotaldeRetenciones")))
    return total
