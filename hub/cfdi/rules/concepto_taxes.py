"""Rules of the taxes of a Concepto."""

from decimal import Decimal

from hub.cfdi.document import Comprobante, Retencion, Traslado
from hub.cfdi.limits import tax_fits
from hub.cfdi.rules.rule import KeptRules, Rules, of_retencion, of_traslado
from hub.cfdi.rules.sums import Rate
from hub.sat import tasas

_ZERO = Decimal(0)
of_untaxed: Rules[Traslado] = Rules()
"""Rules of a Traslado that is Exento, or lacks TasaOCuota or Importe."""
of_rate: KeptRules[Rate] = KeptRules("rate")
"""Rules of a Traslado that look at its tax and rate alone; asked once for all the rows that have it."""


@of_traslado("CFDI40174", "base")
def base_of_traslado_is_above_zero(t: Traslado, _: Comprobante) -> bool:
    """Base of a Traslado is above zero."""
    return t.base > _ZERO


@of_rate("CFDI40175", "impuesto")
def transferred_tax_is_iva_or_ieps(rate: Rate) -> bool:
    """Impuesto of a Traslado is 002 or 003."""
    return rate.impuesto in ("002", "003")


@of_rate("CFDI40176", "tipo_factor")
def factor_of_traslado_is_in_the_catalog(rate: Rate) -> bool:
    """TipoFactor of a Traslado is Tasa, Cuota or Exento."""
    return rate.tipo_factor in ("Tasa", "Cuota", "Exento")


@of_untaxed("CFDI40177", "tipo_factor")
def exento_has_no_rate(t: Traslado, _: Comprobante) -> bool:
    """With Exento neither TasaOCuota nor Importe exists."""
    return t.tipo_factor != "Exento" or (t.tasa_o_cuota is None and t.importe is None)


@of_untaxed("CFDI40178", "tipo_factor")
def tasa_and_cuota_have_a_rate(t: Traslado, _: Comprobante) -> bool:
    """With Tasa or Cuota both TasaOCuota and Importe exist."""
    return t.tipo_factor == "Exento" or (t.tasa_o_cuota is not None and t.importe is not None)


@of_rate("CFDI40179", "tasa_o_cuota")
def rate_of_traslado_is_in_the_catalog(rate: Rate) -> bool:
    """TasaOCuota of a Traslado is in c_TasaOCuota."""
    return rate.tasa_o_cuota is None or tasas.is_traslado(rate.impuesto, rate.tipo_factor, rate.tasa_o_cuota)


@of_traslado("CFDI40180", "importe")
def transferred_importe_is_within_its_limits(t: Traslado, _: Comprobante) -> bool:
    """Importe of a Traslado lies between the limits that Base and rate allow with the decimals written."""
    return t.tasa_o_cuota is None or t.importe is None or tax_fits(t.base, t.tasa_o_cuota, t.importe)


@of_retencion("CFDI40181", "base")
def base_of_retencion_is_above_zero(r: Retencion, _: Comprobante) -> bool:
    """Base of a Retencion is above zero."""
    return r.base > _ZERO


@of_retencion("CFDI40182", "impuesto")
def withheld_tax_is_in_the_catalog(r: Retencion, _: Comprobante) -> bool:
    """Impuesto of a Retencion is 001, 002 or 003."""
    return r.impuesto in ("001", "002", "003")


@of_retencion("CFDI40183", "tipo_factor")
def factor_of_retencion_is_in_the_catalog(r: Retencion, _: Comprobante) -> bool:
    """TipoFactor of a Retencion is in c_TipoFactor."""
    return r.tipo_factor in ("Tasa", "Cuota", "Exento")


@of_retencion("CFDI40184", "tipo_factor")
def retencion_is_not_exento(r: Retencion, _: Comprobante) -> bool:
    """TipoFactor of a Retencion is not Exento."""
    return r.tipo_factor != "Exento"


@of_retencion("CFDI40185", "tasa_o_cuota")
def rate_of_retencion_is_in_the_catalog(r: Retencion, _: Comprobante) -> bool:
    """TasaOCuota of a Retencion is in c_TasaOCuota."""
    return tasas.is_retencion(r.impuesto, r.tipo_factor, r.tasa_o_cuota)


@of_retencion("CFDI40186", "importe")
def withheld_importe_is_within_its_limits(r: Retencion, _: Comprobante) -> bool:
    """Importe of a Retencion lies between the limits that Base and rate allow with the decimals written."""
    return tax_fits(r.base, r.tasa_o_cuota, r.importe)
