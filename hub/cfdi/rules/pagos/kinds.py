"""The kinds of nodes that rules of payments are about, and what several of those rules ask."""

from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.cfdi.limits import decimals_of
from hub.cfdi.pagos import DoctoRelacionado, Pago, RetencionDR, RetencionP, TrasladoDR, TrasladoP
from hub.cfdi.rules.rule import Rules
from hub.sat import currency

of_recibo: Rules[Comprobante] = Rules()
of_pago: Rules[Pago] = Rules()
of_documento: Rules[DoctoRelacionado] = Rules()
of_retencion_dr: Rules[RetencionDR] = Rules()
of_traslado_dr: Rules[TrasladoDR] = Rules()
of_retencion_p: Rules[RetencionP] = Rules()
of_traslado_p: Rules[TrasladoP] = Rules()

_WIDEST = Decimal("0.000001")


def unit_of(moneda: str) -> Decimal:
    """The last decimal of a currency; SAT's widest if there is no such currency."""
    try:
        return currency.quantum(moneda)
    except KeyError:
        return _WIDEST


def is_short(value: Decimal, moneda: str) -> bool:
    """Whether an amount is written with no more decimals than the currency has."""
    return decimals_of(value) <= decimals_of(unit_of(moneda))


def is_near(written: Decimal, exact: Decimal) -> bool:
    """Whether an amount is the exact one, rounded or truncated: SAT does not say which for ImpuestosP."""
    return abs(written - exact) < Decimal(1).scaleb(-decimals_of(written))
