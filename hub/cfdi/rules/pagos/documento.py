"""CRP20236-20247, 20278, 20279: a paid document's balances, and whether its taxes are told."""

from hub.cfdi.document import Comprobante
from hub.cfdi.pagos import DoctoRelacionado
from hub.cfdi.rules.pagos.kinds import is_short, of_documento
from hub.cfdi.sold import IEPS, ISR, IVA
from hub.sat import catalogs


def _has_taxes(d: DoctoRelacionado) -> bool:
    return bool(d.traslados_dr or d.retenciones_dr)


@of_documento("CRP20236", "moneda_dr")
def moneda_dr_is_money(d: DoctoRelacionado, _: Comprobante) -> bool:
    """MonedaDR is a currency, not XXX."""
    return d.moneda_dr != "XXX" and catalogs.is_key("Moneda", d.moneda_dr)


@of_documento("CRP20239", "imp_saldo_ant")
def something_was_due(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpSaldoAnt is above zero."""
    return d.imp_saldo_ant > 0


@of_documento("CRP20240", "imp_saldo_ant")
def saldo_anterior_has_the_currencys_decimals(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpSaldoAnt has at most the decimals of MonedaDR."""
    return is_short(d.imp_saldo_ant, d.moneda_dr)


@of_documento("CRP20241", "imp_pagado")
def something_is_paid(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpPagado is above zero."""
    return d.imp_pagado > 0


@of_documento("CRP20242", "imp_pagado")
def pagado_has_the_currencys_decimals(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpPagado has at most the decimals of MonedaDR."""
    return is_short(d.imp_pagado, d.moneda_dr)


@of_documento("CRP20243", "imp_saldo_insoluto")
def saldo_insoluto_has_the_currencys_decimals(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpSaldoInsoluto has at most the decimals of MonedaDR."""
    return is_short(d.imp_saldo_insoluto, d.moneda_dr)


@of_documento("CRP20244", "imp_saldo_insoluto")
def saldo_insoluto_is_what_is_left(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ImpSaldoInsoluto is ImpSaldoAnt - ImpPagado, and not below zero."""
    return d.imp_saldo_insoluto == d.imp_saldo_ant - d.imp_pagado and d.imp_saldo_insoluto >= 0


@of_documento("CRP20245", "objeto_imp_dr")
def objeto_imp_is_in_the_catalog(d: DoctoRelacionado, _: Comprobante) -> bool:
    """ObjetoImpDR is a key of c_ObjetoImp."""
    return catalogs.is_key("ObjetoImp", d.objeto_imp_dr)


@of_documento("CRP20246", "objeto_imp_dr")
def taxable_documents_show_their_taxes(d: DoctoRelacionado, _: Comprobante) -> bool:
    """With ObjetoImpDR 02, ImpuestosDR exists."""
    return d.objeto_imp_dr != "02" or _has_taxes(d)


@of_documento("CRP20247", "objeto_imp_dr")
def other_documents_show_none(d: DoctoRelacionado, _: Comprobante) -> bool:
    """With ObjetoImpDR 01, 03, 04 or 05, ImpuestosDR must not exist."""
    return d.objeto_imp_dr not in ("01", "03", "04", "05") or not _has_taxes(d)


@of_documento("CRP20278", "objeto_imp_dr")
def objeto_06_and_08_transfer_nothing(d: DoctoRelacionado, _: Comprobante) -> bool:
    """With ObjetoImpDR 06 or 08 neither IVA nor IEPS is transferred or withheld; ISR may be withheld."""
    if d.objeto_imp_dr not in ("06", "08"):
        return True
    return not d.traslados_dr and all(row.impuesto_dr == ISR for row in d.retenciones_dr)


@of_documento("CRP20279", "objeto_imp_dr")
def objeto_07_transfers_ieps_alone(d: DoctoRelacionado, _: Comprobante) -> bool:
    """With ObjetoImpDR 07 IEPS is transferred, and IVA neither transferred nor withheld."""
    if d.objeto_imp_dr != "07":
        return True
    transferred = {row.impuesto_dr for row in d.traslados_dr}
    return transferred == {IEPS} and all(row.impuesto_dr != IVA for row in d.retenciones_dr)
