"""Whether the Monto of a payment covers what it pays (CRP20217, CRP20276)."""

from decimal import Decimal

from hub.cfdi.limits import Limits, decimals_of, floor, half_up
from hub.cfdi.pagos import DoctoRelacionado, Pago

_ZERO, _ONE, _EPSILON = Decimal(0), Decimal(1), Decimal("1e-16")


def equivalencia_of(documento: DoctoRelacionado) -> Decimal:
    """EquivalenciaDR as a divisor: 1 if it is not written."""
    return documento.equivalencia_dr or _ONE


def is_mixed(pago: Pago) -> bool:
    """Whether a document is in another currency than the payment."""
    return any(documento.moneda_dr != pago.moneda_p for documento in pago.documentos)


def covers(pago: Pago, unit: Decimal) -> bool:
    """Whether Monto is not less than what the documents got. `unit` is the last decimal of the payment's currency.

    In one currency there is no tolerance (CRP20217). With others Monto must reach the exchanged sum, truncated, or
    lie between the sums of the limits that the decimals written allow (CRP20276).
    """
    if not is_mixed(pago):
        return sum([documento.imp_pagado for documento in pago.documentos], _ZERO) <= pago.monto
    exchanged = sum([documento.imp_pagado / equivalencia_of(documento) for documento in pago.documentos], _ZERO)
    if floor(exchanged, unit) <= pago.monto:
        return True
    limits = [_limits(documento, unit) for documento in pago.documentos]
    return sum([lowest for lowest, _ in limits], _ZERO) <= pago.monto <= sum([highest for _, highest in limits], _ZERO)


def _limits(documento: DoctoRelacionado, unit: Decimal) -> Limits:
    """What ImpPagado may be worth in the payment's currency, given the decimals written (CRP20275)."""
    paid, equivalencia = documento.imp_pagado, equivalencia_of(documento)
    half_paid, half_equivalencia = _half_unit(paid), _half_unit(equivalencia)
    lowest = (paid - half_paid) / (equivalencia + half_equivalencia - _EPSILON)
    highest = (paid + half_paid - _EPSILON) / (equivalencia - half_equivalencia)
    return floor(lowest, unit), half_up(highest, unit)


def _half_unit(value: Decimal) -> Decimal:
    return Decimal(5).scaleb(-decimals_of(value) - 1)
