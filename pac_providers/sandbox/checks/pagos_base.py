"""CRP201xx: the comprobante that carries a Complemento de Pagos has nothing to say of its own.

SubTotal, FormaPago, MetodoPago, TipoCambio, Descuento and Impuestos are refused before, by the rules of any CFDI.
"""

from ..comprobante import Node
from ..recibo import Recibo
from .rules import Rules

rules: Rules[Recibo] = Rules()
_FIXED = {
    "CRP20113": ("ClaveProdServ", "84111506"),
    "CRP20115": ("Cantidad", "1"),
    "CRP20116": ("ClaveUnidad", "ACT"),
    "CRP20118": ("Descripcion", "Pago"),
    "CRP20119": ("ValorUnitario", "0"),
    "CRP20120": ("Importe", "0"),
    "CRP20122": ("ObjetoImp", "01"),
}
_FORBIDDEN = {"CRP20114": "NoIdentificacion", "CRP20117": "Unidad"}


def _concepto(recibo: Recibo) -> Node:
    return recibo.cfdi.conceptos[0].node


@rules("CRP20101", "El complemento de pagos va en un comprobante de tipo P.")
def tipo(recibo: Recibo) -> bool:
    return recibo.cfdi.tipo == "P"


@rules("CRP20102", "La Exportacion de un comprobante de pago es 01.")
def exportacion(recibo: Recibo) -> bool:
    return recibo.cfdi.node["Exportacion"] == "01"


@rules("CRP20104", "La Moneda de un comprobante de pago es XXX.")
def moneda(recibo: Recibo) -> bool:
    return recibo.cfdi.node["Moneda"] == "XXX"


@rules("CRP20107", "Un comprobante de pago no lleva CondicionesDePago.")
def condiciones(recibo: Recibo) -> bool:
    return "CondicionesDePago" not in recibo.cfdi.node


@rules("CRP20110", "El Total de un comprobante de pago es 0.")
def total(recibo: Recibo) -> bool:
    return recibo.cfdi.node["Total"] == "0"


@rules("CRP20111", "Un comprobante de pago lleva un solo concepto.")
def single_concepto(recibo: Recibo) -> bool:
    return len(recibo.cfdi.conceptos) == 1


@rules("CRP20112", "El concepto de un comprobante de pago no lleva más nodo que ACuentaTerceros.")
def no_nodes(recibo: Recibo) -> bool:
    return recibo.cfdi.conceptos[0].children <= {"ACuentaTerceros"}


def _must_be(code: str, name: str, value: str) -> None:
    rules(code, f"El campo {name} del concepto de un pago es {value}.")(lambda recibo: _concepto(recibo)[name] == value)


def _must_not_exist(code: str, name: str) -> None:
    rules(code, f"El concepto de un pago no lleva {name}.")(lambda recibo: name not in _concepto(recibo))


for _code, (_name, _value) in _FIXED.items():
    _must_be(_code, _name, _value)
for _code, _name in _FORBIDDEN.items():
    _must_not_exist(_code, _name)
