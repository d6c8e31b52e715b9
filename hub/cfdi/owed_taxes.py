"""The taxes of an invoice as its payments declare them: by rate, each with its base and what was charged of it.

The base is the Conceptos' own, unrounded: the litres of a Cuota, or what a high rate is multiplied with, do not survive
the cents of the summary. The importe is that of the summary, which is what the buyer owes.
"""

from collections.abc import Sequence
from decimal import Decimal

from hub.cfdi.document import Comprobante, Retencion, Traslado
from hub.cfdi.shares import apportion
from hub.sat import currency

_ZERO = Decimal(0)


def owed_traslados(invoice: Comprobante) -> tuple[Traslado, ...]:
    """One row for each impuesto, factor and rate transferred (CFDI40218)."""
    bases: dict[tuple[str, str, Decimal | None], Decimal] = {}
    for row in [row for concepto in invoice.conceptos for row in concepto.traslados]:
        bases[row.rate] = bases.get(row.rate, _ZERO) + row.base
    rows = invoice.impuestos.traslados if invoice.impuestos else ()
    return tuple([row._replace(base=bases.get(row.rate, row.base)) for row in rows])


def owed_retenciones(invoice: Comprobante) -> tuple[Retencion, ...]:
    """One row for each impuesto, factor and rate withheld; the summary has one for each impuesto only (CFDI40208)."""
    rates: dict[tuple[str, str, Decimal], Retencion] = {}
    for row in [row for concepto in invoice.conceptos for row in concepto.retenciones]:
        sum_ = rates.get(row[1:4])
        rates[row[1:4]] = row if sum_ is None else _added(sum_, row)
    unit = currency.quantum(invoice.moneda)
    rows: list[Retencion] = []
    for impuesto, withheld in invoice.impuestos.retenciones if invoice.impuestos else ():
        rows += _in_cents([row for row in rates.values() if row.impuesto == impuesto], withheld, unit)
    return tuple(rows)


def _in_cents(rows: Sequence[Retencion], withheld: Decimal, unit: Decimal) -> list[Retencion]:
    importes = apportion([row.importe for row in rows], withheld, unit)
    return [row._replace(importe=importe) for row, importe in zip(rows, importes, strict=True)]


def _added(one: Retencion, other: Retencion) -> Retencion:
    return one._replace(base=one.base + other.base, importe=one.importe + other.importe)
