"""Rules of TipoCambio, which hold for every document in pesos that has none."""

from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.cfdi.limits import decimals_of
from hub.cfdi.rules.rule import Rules

_TOO_LARGE = Decimal(10**18)
of_exchange: Rules[Comprobante] = Rules()


@of_exchange("CFDI40114", "tipo_cambio")
def pesos_have_no_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With Moneda MXN, TipoCambio is absent or 1, without decimals."""
    return c.moneda != "MXN" or c.tipo_cambio is None or str(c.tipo_cambio) == "1"


@of_exchange("CFDI40115", "tipo_cambio")
def foreign_currency_has_an_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With a Moneda other than MXN and XXX, TipoCambio exists."""
    return c.moneda in ("MXN", "XXX") or c.tipo_cambio is not None


@of_exchange("CFDI40116", "tipo_cambio")
def no_currency_has_no_exchange_rate(c: Comprobante, _: Comprobante) -> bool:
    """With Moneda XXX, TipoCambio must not exist."""
    return c.moneda != "XXX" or c.tipo_cambio is None


@of_exchange("CFDI40117", "tipo_cambio")
def exchange_rate_has_sats_pattern(c: Comprobante, _: Comprobante) -> bool:
    """TipoCambio is above zero and has at most eighteen digits and six decimals."""
    return c.tipo_cambio is None or (0 < c.tipo_cambio < _TOO_LARGE and decimals_of(c.tipo_cambio) <= 6)
