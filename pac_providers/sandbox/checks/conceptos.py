"""CFDI40162-40173, CFDI140226, 140227 and, of their partes, CFDI40196-40198: the conceptos."""

from collections.abc import Callable

from ..comprobante import Comprobante, Concepto
from ..sat_files import catalog
from .limits import product_fits
from .rules import Rules

rules: Rules[Comprobante] = Rules()
_WITHOUT_TAXES = frozenset({"01", "03", "04", "05"})
IVA, IEPS = "002", "003"


def each(code: str, message: str) -> Callable[[Callable[[Concepto], bool]], Callable[[Concepto], bool]]:
    """A rule that every concepto must satisfy."""

    def add(holds: Callable[[Concepto], bool]) -> Callable[[Concepto], bool]:
        rules(code, message)(lambda cfdi: all(holds(concepto) for concepto in cfdi.conceptos))
        return holds

    return add


@each("CFDI40162", "La ClaveProdServ no está en c_ClaveProdServ.")
def clave_prod_serv_listed(concepto: Concepto) -> bool:
    return concepto.node["ClaveProdServ"] in catalog("c_ClaveProdServ")


@each("CFDI40165", "La ClaveUnidad no está en c_ClaveUnidad.")
def clave_unidad_listed(concepto: Concepto) -> bool:
    return concepto.node["ClaveUnidad"] in catalog("c_ClaveUnidad")


@rules("CFDI40166", "El ValorUnitario debe ser mayor que cero en comprobantes I, E y N.")
def valor_unitario_positive(cfdi: Comprobante) -> bool:
    prices = [concepto.node.amount("ValorUnitario") for concepto in cfdi.conceptos]
    return cfdi.tipo not in {"I", "E", "N"} or all(price > 0 for price in prices)


@each("CFDI40167", "El Importe no está entre los límites de Cantidad por ValorUnitario.")
def importe_fits(concepto: Concepto) -> bool:
    return product_fits(concepto.node, "Importe", "Cantidad", "ValorUnitario")


@each("CFDI40168", "El Descuento tiene más decimales que el Importe.")
def descuento_decimals(concepto: Concepto) -> bool:
    return concepto.node.decimals("Descuento") <= concepto.node.decimals("Importe")


@each("CFDI40169", "El Descuento es mayor que el Importe.")
def descuento_fits(concepto: Concepto) -> bool:
    return concepto.node.amount("Descuento") <= concepto.node.amount("Importe")


@each("CFDI40170", "El ObjetoImp no está en c_ObjetoImp.")
def objeto_imp_listed(concepto: Concepto) -> bool:
    return concepto.node["ObjetoImp"] in catalog("c_ObjetoImp")


@each("CFDI40171", "Con ObjetoImp 02 se requiere el nodo Impuestos del concepto.")
def impuestos_present(concepto: Concepto) -> bool:
    return concepto.node["ObjetoImp"] != "02" or bool(concepto.impuestos)


@each("CFDI40172", "Con ObjetoImp 01, 03, 04 o 05 no debe existir el nodo Impuestos del concepto.")
def impuestos_absent(concepto: Concepto) -> bool:
    return concepto.node["ObjetoImp"] not in _WITHOUT_TAXES or not concepto.impuestos


@each("CFDI40173", "El nodo Impuestos del concepto no tiene traslados ni retenciones.")
def impuestos_not_empty(concepto: Concepto) -> bool:
    return not concepto.impuestos or bool(concepto.impuestos.traslados or concepto.impuestos.retenciones)


@each("CFDI140226", "Con ObjetoImp 06 u 08 no hay traslados de IVA ni IEPS, ni retenciones de ellos.")
def objeto_without_breakdown(concepto: Concepto) -> bool:
    return concepto.node["ObjetoImp"] not in {"06", "08"} or not _impuestos_of(concepto) & {IVA, IEPS}


@each("CFDI140227", "Con ObjetoImp 07 no hay IVA y sí traslado de IEPS.")
def objeto_with_ieps_only(concepto: Concepto) -> bool:
    if concepto.node["ObjetoImp"] != "07":
        return True
    has_ieps = any(row["Impuesto"] == IEPS for row in concepto.impuestos.traslados)
    return has_ieps and IVA not in _impuestos_of(concepto)


@each("CFDI40196", "La ClaveProdServ de una parte no está en c_ClaveProdServ.")
def parte_listed(concepto: Concepto) -> bool:
    return all(parte["ClaveProdServ"] in catalog("c_ClaveProdServ") for parte in concepto.partes)


@each("CFDI40197", "El ValorUnitario de una parte debe ser mayor que cero.")
def parte_valor_unitario_positive(concepto: Concepto) -> bool:
    return all(parte.amount("ValorUnitario") > 0 for parte in concepto.partes if "ValorUnitario" in parte)


@each("CFDI40198", "El Importe de una parte no está entre los límites de Cantidad por ValorUnitario.")
def parte_importe_fits(concepto: Concepto) -> bool:
    priced = [parte for parte in concepto.partes if "ValorUnitario" in parte and "Importe" in parte]
    return all(product_fits(parte, "Importe", "Cantidad", "ValorUnitario") for parte in priced)


def _impuestos_of(concepto: Concepto) -> set[str]:
    return {row["Impuesto"] for row in (*concepto.impuestos.traslados, *concepto.impuestos.retenciones)}
