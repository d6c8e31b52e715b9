"""One document of a payment: balances, equivalencia and its part of the invoice's taxes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from hub.cfdi.document import Retencion, Traslado
from hub.cfdi.limits import at_most, half_up
from hub.cfdi.pagos import DoctoRelacionado, RetencionDR, TrasladoDR
from hub.cfdi.payment import PaidDocument, PaymentIn
from hub.cfdi.prorate import Progress, share
from hub.cfdi.tax_rows import Share, tax_rows
from hub.cfdi.text import clean
from hub.sat import currency

Row = TypeVar("Row", Traslado, Retencion)

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX, _TEN = Decimal("0.000001"), Decimal("0.0000000001")
_WITHOUT_TAXES = ("01", "03", "04", "05")


def docto_relacionado(
    paid: PaidDocument, payment: PaymentIn, of_this_rep: Iterable[DoctoRelacionado]
) -> DoctoRelacionado:
    """What `payment` pays of one invoice, with its part of the taxes. `of_this_rep` are documents before it.

    Raises ValueError, naming SAT's code, if more is paid than is due, or an equivalencia is missing.
    """
    invoice, uuid = paid.invoice, paid.invoice.uuid.upper()
    earlier = (*paid.earlier, *[d for d in of_this_rep if d.id_documento.upper() == uuid])
    if paid.pagado > paid.saldo_anterior:
        due = f"only {paid.saldo_anterior} {invoice.moneda} of {uuid} is due"
        raise ValueError(f"CRP20244: {paid.pagado} {invoice.moneda} were paid but {due}")
    pagado = amount(paid.pagado, invoice.moneda, "CRP20242: ImpPagado")
    saldo = amount(paid.saldo_anterior, invoice.moneda, "CRP20240: ImpSaldoAnt")
    return DoctoRelacionado(
        id_documento=invoice.uuid,
        moneda_dr=invoice.moneda,
        num_parcialidad=paid.num_parcialidad,
        imp_saldo_ant=saldo,
        imp_pagado=pagado,
        imp_saldo_insoluto=saldo - pagado,
        objeto_imp_dr=invoice.objeto_imp,
        serie=clean(invoice.serie, 25) or None,
        folio=clean(invoice.folio, 40) or None,
        equivalencia_dr=_equivalencia_dr(paid, payment),
        retenciones_dr=_retenciones_dr(paid, earlier),
        traslados_dr=_traslados_dr(paid, earlier),
    )


def amount(value: Decimal, moneda: str, what: str) -> Decimal:
    """An amount with the decimals of its currency; raises ValueError if it has more, or is not above zero."""
    written = half_up(value, currency.quantum(moneda))
    if written != value or value <= 0:
        raise ValueError(f"{what} {value} is not an amount above zero with the decimals of {moneda}")
    return written


def _equivalencia_dr(paid: PaidDocument, payment: PaymentIn) -> Decimal:
    """CRP20237, 20238; among documents of other currencies the 1 has ten decimals (CRP20277)."""
    moneda = paid.invoice.moneda
    if moneda == payment.moneda:
        mixed = any(document.invoice.moneda != moneda for document in payment.documents)
        return half_up(_ONE, _TEN) if mixed else _ONE
    equivalencia = paid.equivalencia or (payment.tipo_cambio if moneda == "MXN" else None)
    if equivalencia is None or (written := at_most(equivalencia, _TEN)) <= 0:
        raise ValueError(f"CRP20237: how many {moneda} is one {payment.moneda}? The equivalencia is needed")
    return written


def _traslados_dr(paid: PaidDocument, earlier: Sequence[DoctoRelacionado]) -> tuple[TrasladoDR, ...]:
    before = [row for documento in earlier for row in documento.traslados_dr]
    parts = [(row, part) for row in _rows(paid, paid.invoice.traslados) for part in _parts(row, before, paid, earlier)]
    return tuple(
        TrasladoDR(part.base, row.impuesto, row.tipo_factor)
        if row.tasa_o_cuota is None
        else TrasladoDR(part.base, row.impuesto, row.tipo_factor, half_up(row.tasa_o_cuota, _SIX), part.importe)
        for row, part in parts
    )


def _retenciones_dr(paid: PaidDocument, earlier: Sequence[DoctoRelacionado]) -> tuple[RetencionDR, ...]:
    before = [row for documento in earlier for row in documento.retenciones_dr]
    parts = [
        (row, part) for row in _rows(paid, paid.invoice.retenciones) for part in _parts(row, before, paid, earlier)
    ]
    return tuple(
        RetencionDR(part.base, row.impuesto, row.tipo_factor, half_up(row.tasa_o_cuota, _SIX), part.importe)
        for row, part in parts
    )


def _rows(paid: PaidDocument, rows: tuple[Row, ...]) -> list[Row]:
    """The invoice's rows that are declared: those of a taxed invoice (CRP20247) with a base (CRP20249, 20255)."""
    return [] if paid.invoice.objeto_imp in _WITHOUT_TAXES else [row for row in rows if row.base > 0]


def _parts(
    row: Traslado | Retencion,
    before: Sequence[TrasladoDR | RetencionDR],
    paid: PaidDocument,
    earlier: Sequence[DoctoRelacionado],
) -> tuple[Share, ...]:
    """What the payment declares of one tax of the invoice, as one row or as many as SAT's limits take."""
    same = [declared for declared in before if declared[1:4] == row[1:4]]
    declared = Share(
        sum([each.base_dr for each in same], _ZERO), sum([each.importe_dr or _ZERO for each in same], _ZERO)
    )
    paid_by_now = sum([documento.imp_pagado for documento in earlier], paid.pagado)
    progress = Progress(paid_by_now, paid.invoice.total)
    cents = currency.quantum(paid.invoice.moneda)
    due = share(Share(row.base, row.importe or _ZERO), row.tasa_o_cuota, declared, progress, cents)
    return tax_rows(due, row.tasa_o_cuota, cents)
