"""The tolerance that SAT grants a product of two written numbers (Anexo 20, limits of Importe)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..comprobante import Node

_EPSILON = Decimal("1E-12")


def product_fits(node: Node, result: str, first: str, second: str) -> bool:
    """`result` is `first` x `second`, each of which may hide half a unit of its last written decimal."""
    low = _lowest(node, first) * _lowest(node, second)
    high = _highest(node, first) * _highest(node, second)
    return _between(node, result, low, high)


def tax_fits(node: Node) -> bool:
    """Importe is Base x TasaOCuota, where only Base may be rounded."""
    tasa = node.amount("TasaOCuota")
    return _between(node, "Importe", _lowest(node, "Base") * tasa, _highest(node, "Base") * tasa)


def _between(node: Node, result: str, low: Decimal, high: Decimal) -> bool:
    unit = Decimal(1).scaleb(-node.decimals(result))
    return low.quantize(unit, ROUND_FLOOR) <= node.amount(result) <= high.quantize(unit, ROUND_CEILING)


def _lowest(node: Node, name: str) -> Decimal:
    return node.amount(name) - _half(node, name)


def _highest(node: Node, name: str) -> Decimal:
    return node.amount(name) + _half(node, name) - _EPSILON


def _half(node: Node, name: str) -> Decimal:
    return Decimal(1).scaleb(-node.decimals(name)) / 2
