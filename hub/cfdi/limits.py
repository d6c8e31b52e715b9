"""How far an amount may lie from its computed value: SAT's limits, which depend on the decimals written."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

WIDE = 60
"""Digits: the product of two amounts of 18 digits, with the decimals of any currency."""
_ONE, _EPSILON = Decimal(1), Decimal("1e-12")
_HALF_UNIT = {places: Decimal(5).scaleb(-places - 1) for places in range(40)}
_MICRO = Decimal("0.000001")
_LEAST_REACH = _HALF_UNIT[6] - _EPSILON

Limits = tuple[Decimal, Decimal]


def decimals_of(value: Decimal) -> int:
    """Decimals written: 2 for `1.10`."""
    written = str(value)
    if "E" not in written:
        return len(written.partition(".")[2])
    return max(0, -int(value.as_tuple().exponent))


half_up: Callable[[Decimal, Decimal], Decimal] = Context(WIDE, ROUND_HALF_UP).quantize
"""`half_up(value, quantum)` is SAT's rounding: halves go away from zero, never to even."""
floor: Callable[[Decimal, Decimal], Decimal] = Context(WIDE, ROUND_FLOOR).quantize
ceiling: Callable[[Decimal, Decimal], Decimal] = Context(WIDE, ROUND_CEILING).quantize


def at_most(value: Decimal, unit: Decimal) -> Decimal:
    """The value with the decimals given, rounded half-up if those are more than the ones of `unit`."""
    return half_up(value, _ONE.scaleb(-min(decimals_of(value), decimals_of(unit))))


def importe_limits(cantidad: Decimal, valor_unitario: Decimal, importe: Decimal) -> Limits:
    """Limits of a Concepto's Importe (CFDI40167), in the decimals of `importe`."""
    half_c, half_v = _HALF_UNIT[decimals_of(cantidad)], _HALF_UNIT[decimals_of(valor_unitario)]
    lower = (cantidad - half_c) * (valor_unitario - half_v)
    upper = (cantidad + half_c - _EPSILON) * (valor_unitario + half_v - _EPSILON)
    return floor(lower, importe), ceiling(upper, importe)


def tax_limits(base: Decimal, tasa: Decimal, importe: Decimal) -> Limits:
    """Limits of a tax Importe (CFDI40180, CFDI40186), in the decimals of `importe`."""
    half = _HALF_UNIT[decimals_of(base)]
    lower = (base - half) * tasa
    upper = (base + half - _EPSILON) * tasa
    return floor(lower, importe), ceiling(upper, importe)


def importe_fits(cantidad: Decimal, valor_unitario: Decimal, importe: Decimal) -> bool:
    """Whether a Concepto's Importe lies inside its limits. For amounts above zero with at most six decimals."""
    product = cantidad * valor_unitario
    # Nearly always ValorUnitario alone is rounded, to six decimals. Then this distance tells without any rounding: both
    # limits lie at least a half unit of ValorUnitario times Cantidad away, and are rounded away from there.
    if abs(importe - product) < cantidad * _LEAST_REACH + _MICRO:
        return True
    if importe == half_up(product, importe):
        return True
    lower, upper = importe_limits(cantidad, valor_unitario, importe)
    return lower <= importe <= upper


def tax_fits(base: Decimal, tasa: Decimal, importe: Decimal) -> bool:
    """Whether a tax Importe lies inside its limits. For amounts above zero with at most six decimals."""
    product = base * tasa
    # The limits lie on both sides of the product and are rounded away from it: less than a unit off always fits.
    if abs(importe - product) < _MICRO:
        return True
    if importe == half_up(product, importe):
        return True
    lower, upper = tax_limits(base, tasa, importe)
    return lower <= importe <= upper
