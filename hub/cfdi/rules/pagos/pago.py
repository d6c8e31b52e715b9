"""CRP20212-20219, 20237, 20238, 20276, 20277: how a payment was made, and that it covers what it pays."""

from collections.abc import Sequence

from hub.cfdi.document import Comprobante
from hub.cfdi.monto import covers, is_mixed
from hub.cfdi.pagos import DoctoRelacionado, Pago
from hub.cfdi.rules.pagos.kinds import is_short, of_pago, unit_of
from hub.sat import catalogs

_ONE, _ONE_WITH_TEN_DECIMALS = "1", "1.0000000000"


def _in_its_currency(p: Pago) -> Sequence[DoctoRelacionado]:
    return [d for d in p.documentos if d.moneda_dr == p.moneda_p]


@of_pago("CRP20212", "forma_de_pago_p")
def forma_de_pago_is_known(p: Pago, _: Comprobante) -> bool:
    """FormaDePagoP is not 99."""
    return p.forma_de_pago_p != "99"


@of_pago("CRP20213", "moneda_p")
def moneda_p_is_money(p: Pago, _: Comprobante) -> bool:
    """MonedaP is not XXX."""
    return p.moneda_p != "XXX"


@of_pago("CRP20214", "tipo_cambio_p")
def foreign_money_has_an_exchange_rate(p: Pago, _: Comprobante) -> bool:
    """With a MonedaP other than MXN, TipoCambioP exists."""
    return p.moneda_p == "MXN" or p.tipo_cambio_p is not None


@of_pago("CRP20215", "tipo_cambio_p")
def pesos_have_the_exchange_rate_one(p: Pago, _: Comprobante) -> bool:
    """With MonedaP MXN, TipoCambioP is 1, without decimals."""
    return p.moneda_p != "MXN" or str(p.tipo_cambio_p) == _ONE


@of_pago("CRP20217", "monto")
def monto_covers_documents_of_its_currency(p: Pago, _: Comprobante) -> bool:
    """In one currency, the sum of ImpPagado is at most Monto, without any tolerance."""
    return is_mixed(p) or covers(p, unit_of(p.moneda_p))


@of_pago("CRP20218", "monto")
def monto_is_above_zero(p: Pago, _: Comprobante) -> bool:
    """Monto is above zero."""
    return p.monto > 0


@of_pago("CRP20219", "monto")
def monto_has_the_currencys_decimals(p: Pago, _: Comprobante) -> bool:
    """Monto has at most the decimals of MonedaP."""
    return is_short(p.monto, p.moneda_p)


@of_pago("CRP20237", "documentos")
def other_currencies_have_an_equivalencia(p: Pago, _: Comprobante) -> bool:
    """With a MonedaDR other than MonedaP, EquivalenciaDR exists."""
    return all(d.equivalencia_dr is not None for d in p.documentos if d.moneda_dr != p.moneda_p)


@of_pago("CRP20238", "documentos")
def the_same_currency_has_equivalencia_one(p: Pago, _: Comprobante) -> bool:
    """With MonedaDR equal to MonedaP, EquivalenciaDR is 1."""
    return all(str(d.equivalencia_dr) in (_ONE, _ONE_WITH_TEN_DECIMALS) for d in _in_its_currency(p))


@of_pago("CRP20276", "monto")
def monto_covers_documents_of_other_currencies(p: Pago, _: Comprobante) -> bool:
    """With other currencies, Monto lies within the limits of the exchanged ImpPagado."""
    return not is_mixed(p) or covers(p, unit_of(p.moneda_p))


@of_pago("CRP20277", "documentos")
def among_other_currencies_the_one_has_ten_decimals(p: Pago, _: Comprobante) -> bool:
    """Next to documents of other currencies, the EquivalenciaDR of MonedaP is written 1.0000000000."""
    return not is_mixed(p) or all(str(d.equivalencia_dr) != _ONE for d in _in_its_currency(p))


@of_pago("CRP20999", "forma_de_pago_p")
def keys_are_in_the_catalogs(p: Pago, _: Comprobante) -> bool:
    """FormaDePagoP and MonedaP are keys of their catalogs."""
    return catalogs.is_key("FormaPago", p.forma_de_pago_p) and catalogs.is_key("Moneda", p.moneda_p)
