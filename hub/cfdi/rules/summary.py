"""Rules of the document's tax summary."""

from decimal import Decimal

from hub.cfdi.document import Comprobante
from hub.cfdi.limits import half_up
from hub.cfdi.rules.rule import of_unsold
from hub.cfdi.rules.sums import Rate, Row, Sums, is_short, of_row, of_row_rate, of_sums, of_withheld
from hub.sat import tasas

_ZERO = Decimal(0)
_RETENCIONES = "impuestos.retenciones"


@of_unsold("CFDI40201", "impuestos")
def summary_only_where_something_is_sold(c: Comprobante, _: Comprobante) -> bool:
    """The summary must not exist in T and P."""
    return c.tipo_de_comprobante not in ("T", "P") or c.impuestos is None


@of_withheld("CFDI40202", "impuestos.total_impuestos_retenidos")
def total_withheld_has_the_currencys_decimals(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos has at most the decimals of Moneda."""
    return is_short(s.summary.total_impuestos_retenidos, s.unit)


@of_withheld("CFDI40203", "impuestos.total_impuestos_retenidos")
def total_withheld_is_the_sum_of_the_rows(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos is the exact sum of the summary's Retenciones."""
    total = s.summary.total_impuestos_retenidos
    return total is None or total == sum((row.importe for row in s.summary.retenciones), _ZERO)


@of_sums("CFDI40204", "impuestos.total_impuestos_trasladados")
def total_transferred_has_the_currencys_decimals(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados has at most the decimals of Moneda."""
    return is_short(s.summary.total_impuestos_trasladados, s.unit)


@of_sums("CFDI40205", "impuestos.total_impuestos_trasladados")
def total_transferred_is_the_sum_of_the_rows(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados is the exact sum of the summary's Traslados."""
    total = s.summary.total_impuestos_trasladados
    return total is None or total == sum([row.importe or _ZERO for row in s.summary.traslados], _ZERO)


@of_withheld("CFDI40206", "impuestos.total_impuestos_retenidos")
def total_withheld_goes_with_its_rows(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosRetenidos exists if the summary has Retenciones, and only then."""
    return bool(s.summary.retenciones) == (s.summary.total_impuestos_retenidos is not None)


@of_withheld("CFDI40207", _RETENCIONES)
def withheld_taxes_are_in_the_catalog(s: Sums, _: Comprobante) -> bool:
    """Impuesto of a summary Retencion is 001, 002 or 003."""
    return all(row.impuesto in ("001", "002", "003") for row in s.summary.retenciones)


@of_withheld("CFDI40208", _RETENCIONES)
def one_row_for_each_withheld_tax(s: Sums, _: Comprobante) -> bool:
    """The summary has one Retencion for each Impuesto withheld in the Conceptos, and no other."""
    rows = [row.impuesto for row in s.summary.retenciones]
    return len(rows) == len(set(rows)) and set(rows) == s.retenciones.keys()


@of_withheld("CFDI40209", _RETENCIONES)
def withholding_has_a_total(s: Sums, _: Comprobante) -> bool:
    """A summary Retencion has its Importe in TotalImpuestosRetenidos."""
    return not s.summary.retenciones or s.summary.total_impuestos_retenidos is not None


@of_withheld("CFDI40210", _RETENCIONES)
def withheld_rows_have_the_currencys_decimals(s: Sums, _: Comprobante) -> bool:
    """Importe of a summary Retencion has at most the decimals of Moneda."""
    return all(is_short(row.importe, s.unit) for row in s.summary.retenciones)


@of_withheld("CFDI40211", _RETENCIONES)
def withheld_rows_are_sums_of_the_conceptos(s: Sums, _: Comprobante) -> bool:
    """Importe of a summary Retencion is the rounded sum over the Conceptos."""
    return all(row.importe == half_up(s.retenciones.get(row.impuesto, _ZERO), s.unit) for row in s.summary.retenciones)


@of_sums("CFDI40212", "impuestos.total_impuestos_trasladados")
def transferring_has_a_total(s: Sums, _: Comprobante) -> bool:
    """TotalImpuestosTrasladados exists if a Traslado is not Exento, and only then."""
    taxed = any([row.tipo_factor != "Exento" for row in s.summary.traslados])
    return taxed == (s.summary.total_impuestos_trasladados is not None)


@of_sums("CFDI40218", "impuestos.traslados")
def one_row_for_each_rate(s: Sums, _: Comprobante) -> bool:
    """The summary has one Traslado for each Impuesto, TipoFactor and TasaOCuota of the Conceptos, and no other."""
    rates = {row[1:4] for row in s.summary.traslados}
    return rates == s.traslados.keys() and len(rates) == len(s.summary.traslados)


@of_row("CFDI40213", "tipo_factor")
def exento_rows_have_no_rate(s: Row, _: Comprobante) -> bool:
    """A summary Traslado that is Exento has neither TasaOCuota nor Importe; the others have both."""
    row = s.row
    return (row.tipo_factor == "Exento") == (row.tasa_o_cuota is None) == (row.importe is None)


@of_row("CFDI40214", "base")
def bases_have_the_currencys_decimals(s: Row, _: Comprobante) -> bool:
    """Base of a summary Traslado has at most the decimals of Moneda."""
    return is_short(s.row.base, s.unit)


@of_row("CFDI40215", "base")
def taxed_bases_are_sums_of_the_conceptos(s: Row, _: Comprobante) -> bool:
    """Base of a summary Traslado is the rounded sum over the Conceptos."""
    return s.row.tipo_factor == "Exento" or s.row.base == half_up(s.base, s.unit)


@of_row("CFDI40216", "base")
def exempt_bases_are_sums_of_the_conceptos(s: Row, _: Comprobante) -> bool:
    """Base of a summary Traslado that is Exento is the rounded sum over the exempt Conceptos."""
    return s.row.tipo_factor != "Exento" or s.row.base == half_up(s.base, s.unit)


@of_row_rate("CFDI40217", "impuesto")
def transferred_taxes_are_in_the_catalog(rate: Rate) -> bool:
    """Impuesto of a summary Traslado is 002 or 003."""
    return rate.impuesto in ("002", "003")


@of_row_rate("CFDI40219", "tasa_o_cuota")
def transferred_rates_are_in_the_catalog(rate: Rate) -> bool:
    """TasaOCuota of a summary Traslado is in c_TasaOCuota."""
    return rate.tasa_o_cuota is None or tasas.is_traslado(rate.impuesto, rate.tipo_factor, rate.tasa_o_cuota)


@of_row("CFDI40220", "importe")
def transferred_rows_have_the_currencys_decimals(s: Row, _: Comprobante) -> bool:
    """Importe of a summary Traslado has at most the decimals of Moneda."""
    return is_short(s.row.importe, s.unit)


@of_row("CFDI40221", "importe")
def transferred_rows_are_sums_of_the_conceptos(s: Row, _: Comprobante) -> bool:
    """Importe of a summary Traslado is the rounded sum over the Conceptos."""
    return s.row.importe is None or s.row.importe == half_up(s.importe, s.unit)
