"""Rules of the document's tax summary."""

from collections.abc import Sequence
from decimal import Decimal

from hub.cfdi.document import Comprobante, ImpuestoRetenido, Impuestos, Traslado
from hub.cfdi.rules.header import is_short, rounded
from hub.cfdi.rules.rule import of_document
from hub.sat import tasas

_ZERO = Decimal(0)
_NONE = Impuestos()
_TRASLADOS, _RETENCIONES = "impuestos.traslados", "impuestos.retenciones"


def _summary(c: Comprobante) -> Impuestos:
    return c.impuestos or _NONE


def _concepto_traslados(c: Comprobante, row: Traslado) -> Sequence[Traslado]:
    rate = row.rate
    return [t for x in c.conceptos for t in x.traslados if t.rate == rate]


def _withheld(c: Comprobante, row: ImpuestoRetenido) -> Decimal:
    return sum((r.importe for x in c.conceptos for r in x.retenciones if r.impuesto == row.impuesto), _ZERO)


@of_document("CFDI40201", "impuestos")
def summary_only_where_something_is_sold(c: Comprobante, _: Comprobante) -> bool:
    """The summary must not exist in T and P."""
    return c.tipo_de_comprobante not in ("T", "P") or c.impuestos is None


@of_document("CFDI40202", "impuestos.total_impuestos_retenidos")
def total_withheld_has_the_currencys_decimals(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos has at most the decimals of Moneda."""
    return is_short(_summary(c).total_impuestos_retenidos, c)


@of_document("CFDI40203", "impuestos.total_impuestos_retenidos")
def total_withheld_is_the_sum_of_the_rows(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos is the exact sum of the summary's Retenciones."""
    total = _summary(c).total_impuestos_retenidos
    return total is None or total == sum((row.importe for row in _summary(c).retenciones), _ZERO)


@of_document("CFDI40204", "impuestos.total_impuestos_trasladados")
def total_transferred_has_the_currencys_decimals(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados has at most the decimals of Moneda."""
    return is_short(_summary(c).total_impuestos_trasladados, c)


@of_document("CFDI40205", "impuestos.total_impuestos_trasladados")
def total_transferred_is_the_sum_of_the_rows(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados is the exact sum of the summary's Traslados."""
    total = _summary(c).total_impuestos_trasladados
    return total is None or total == sum((row.importe or _ZERO for row in _summary(c).traslados), _ZERO)


@of_document("CFDI40206", "impuestos.total_impuestos_retenidos")
def total_withheld_goes_with_its_rows(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos exists if the summary has Retenciones, and only then."""
    return bool(_summary(c).retenciones) == (_summary(c).total_impuestos_retenidos is not None)


@of_document("CFDI40207", _RETENCIONES)
def withheld_taxes_are_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """Impuesto of a summary Retencion is 001, 002 or 003."""
    return all(row.impuesto in ("001", "002", "003") for row in _summary(c).retenciones)


@of_document("CFDI40208", _RETENCIONES)
def one_row_for_each_withheld_tax(c: Comprobante, _: Comprobante) -> bool:
    """The summary has one Retencion for each Impuesto withheld in the Conceptos, and no other."""
    rows = [row.impuesto for row in _summary(c).retenciones]
    return len(rows) == len(set(rows)) and set(rows) == {r.impuesto for x in c.conceptos for r in x.retenciones}


@of_document("CFDI40209", _RETENCIONES)
def withholding_has_a_total(c: Comprobante, _: Comprobante) -> bool:
    """A summary Retencion has its Importe in TotalImpuestosRetenidos."""
    return not _summary(c).retenciones or _summary(c).total_impuestos_retenidos is not None


@of_document("CFDI40210", _RETENCIONES)
def withheld_rows_have_the_currencys_decimals(c: Comprobante, _: Comprobante) -> bool:
    """Importe of a summary Retencion has at most the decimals of Moneda."""
    return all(is_short(row.importe, c) for row in _summary(c).retenciones)


@of_document("CFDI40211", _RETENCIONES)
def withheld_rows_are_sums_of_the_conceptos(c: Comprobante, _: Comprobante) -> bool:
    """Importe of a summary Retencion is the rounded sum over the Conceptos."""
    return all(row.importe == rounded(_withheld(c, row), c) for row in _summary(c).retenciones)


@of_document("CFDI40212", "impuestos.total_impuestos_trasladados")
def transferring_has_a_total(c: Comprobante, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados exists if a Traslado is not Exento, and only then."""
    taxed = any(row.tipo_factor != "Exento" for row in _summary(c).traslados)
    return taxed == (_summary(c).total_impuestos_trasladados is not None)


@of_document("CFDI40213", _TRASLADOS)
def exento_rows_have_no_rate(c: Comprobante, _: Comprobante) -> bool:
    """A summary Traslado that is Exento has neither TasaOCuota nor Importe; the others have both."""
    rows = _summary(c).traslados
    return all((t.tipo_factor == "Exento") == (t.tasa_o_cuota is None) == (t.importe is None) for t in rows)


@of_document("CFDI40214", _TRASLADOS)
def bases_have_the_currencys_decimals(c: Comprobante, _: Comprobante) -> bool:
    """Base of a summary Traslado has at most the decimals of Moneda."""
    return all(is_short(row.base, c) for row in _summary(c).traslados)


@of_document("CFDI40215", _TRASLADOS)
def taxed_bases_are_sums_of_the_conceptos(c: Comprobante, _: Comprobante) -> bool:
    """Base of a summary Traslado is the rounded sum over the Conceptos."""
    return _bases_add_up(c, exento=False)


@of_document("CFDI40216", _TRASLADOS)
def exempt_bases_are_sums_of_the_conceptos(c: Comprobante, _: Comprobante) -> bool:
    """Base of a summary Traslado that is Exento is the rounded sum over the exempt Conceptos."""
    return _bases_add_up(c, exento=True)


def _bases_add_up(c: Comprobante, *, exento: bool) -> bool:
    rows = [t for t in _summary(c).traslados if (t.tipo_factor == "Exento") is exento]
    return all(t.base == rounded(sum([x.base for x in _concepto_traslados(c, t)], _ZERO), c) for t in rows)


@of_document("CFDI40217", _TRASLADOS)
def transferred_taxes_are_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """Impuesto of a summary Traslado is 002 or 003."""
    return all(row.impuesto in ("002", "003") for row in _summary(c).traslados)


@of_document("CFDI40218", _TRASLADOS)
def one_row_for_each_rate(c: Comprobante, _: Comprobante) -> bool:
    """The summary has one Traslado for each Impuesto, TipoFactor and TasaOCuota of the Conceptos, and no other."""
    rows = [t.rate for t in _summary(c).traslados]
    return len(rows) == len(set(rows)) and set(rows) == {t.rate for x in c.conceptos for t in x.traslados}


@of_document("CFDI40219", _TRASLADOS)
def transferred_rates_are_in_the_catalog(c: Comprobante, _: Comprobante) -> bool:
    """TasaOCuota of a summary Traslado is in c_TasaOCuota."""
    return all(
        t.tasa_o_cuota is None or tasas.is_traslado(t.impuesto, t.tipo_factor, t.tasa_o_cuota)
        for t in _summary(c).traslados
    )


@of_document("CFDI40220", _TRASLADOS)
def transferred_rows_have_the_currencys_decimals(c: Comprobante, _: Comprobante) -> bool:
    """Importe of a summary Traslado has at most the decimals of Moneda."""
    return all(is_short(row.importe, c) for row in _summary(c).traslados)


@of_document("CFDI40221", _TRASLADOS)
def transferred_rows_are_sums_of_the_conceptos(c: Comprobante, _: Comprobante) -> bool:
    """Importe of a summary Traslado is the rounded sum over the Conceptos."""
    return all(
        t.importe is None
        or t.importe == rounded(sum([x.importe or _ZERO for x in _concepto_traslados(c, t)], _ZERO), c)
        for t in _summary(c).traslados
    )
