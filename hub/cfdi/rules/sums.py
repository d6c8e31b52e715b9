"""What the Conceptos of a document add up to: the sums that its totals and tax summary are compared with."""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Comprobante, Impuestos, Traslado, record
from hub.cfdi.limits import decimals_of
from hub.cfdi.rules.rule import KeptRules, Rules
from hub.sat import currency

_ZERO, _WIDEST = Decimal(0), Decimal("0.000001")
_Rate = tuple[str, str, Decimal | None]
_NO_SUMMARY, _NOTHING = Impuestos(), (_ZERO, _ZERO)


class Rate(NamedTuple):
    """What tells one transferred tax from another, equal to `Traslado.rate`."""

    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None


class Sums(NamedTuple):
    """One pass over the Conceptos for all the rules, because a factura global has thousands.

    `unit` is the last decimal of the currency; `traslados` holds base and importe of each rate, `retenciones` the
    importe of each tax; `summary` is the document's, empty if it has none.
    """

    unit: Decimal
    summary: Impuestos
    importes: Decimal
    descuento: Decimal | None
    traslados: dict[_Rate, tuple[Decimal, Decimal]]
    retenciones: dict[str, Decimal]

    @property
    def is_withheld(self) -> bool:
        """Whether there is anything of a retention in the document."""
        return bool(self.retenciones or self.summary.retenciones) or self.summary.total_impuestos_retenidos is not None

    def rows(self) -> list["Row"]:
        """The Traslados of the summary beside their sums."""
        return [
            record(Row, (row, *self.traslados.get(row[1:4], _NOTHING), self.unit))  # a rate of no Concepto: CFDI40218
            for row in self.summary.traslados
        ]


class Row(NamedTuple):
    """A Traslado of the summary beside the exact sums of the Conceptos' `base` and `importe` at its rate."""

    row: Traslado
    base: Decimal
    importe: Decimal
    unit: Decimal


of_sums: Rules[Sums] = Rules()
of_withheld: Rules[Sums] = Rules()
"""Rules that hold for every document without a retention."""
of_discounts: Rules[Sums] = Rules()
"""Rules of a document with Descuento, of its own or of a Concepto."""
of_row: Rules[Row] = Rules()
of_row_rate: KeptRules[Rate] = KeptRules("row_rate")
"""Rules of a Traslado of the summary that look at its tax and rate alone."""


def sums_of(c: Comprobante) -> Sums:
    """The sums of a document."""
    importes, descuento = _ZERO, None
    traslados: dict[_Rate, tuple[Decimal, Decimal]] = {}
    retenciones: dict[str, Decimal] = {}
    for concepto in c.conceptos:
        importes += concepto.importe
        if concepto.descuento is not None:
            descuento = concepto.descuento + (descuento or _ZERO)
        for base, impuesto, tipo_factor, tasa, importe in concepto.traslados:
            rate = impuesto, tipo_factor, tasa
            bases, taxes = traslados.get(rate, _NOTHING)
            traslados[rate] = bases + base, taxes + importe if importe else taxes
        for retencion in concepto.retenciones:
            retenciones[retencion.impuesto] = retenciones.get(retencion.impuesto, _ZERO) + retencion.importe
    summary = c.impuestos or _NO_SUMMARY
    return record(Sums, (_unit(c.moneda), summary, importes, descuento, traslados, retenciones))


def is_short(value: Decimal | None, unit: Decimal) -> bool:
    """Whether an amount is written with no more decimals than the currency has."""
    return value is None or value.same_quantum(unit) or decimals_of(value) <= decimals_of(unit)


def _unit(moneda: str) -> Decimal:
    """The last decimal of a currency; SAT's widest if there is no such currency (that is CFDI40113)."""
    try:
        return currency.quantum(moneda)
    except KeyError:
        return _WIDEST
