"""CRP20249-20261: the taxes of a paid document."""

from hub.cfdi.document import Comprobante
from hub.cfdi.limits import tax_fits
from hub.cfdi.pagos import RetencionDR, TrasladoDR
from hub.cfdi.rules.pagos.kinds import of_retencion_dr, of_traslado_dr
from hub.sat import tasas

_IMPUESTOS, _FACTORES = ("001", "002", "003"), ("Tasa", "Cuota", "Exento")


@of_retencion_dr("CRP20249", "base_dr")
def base_of_retencion_is_above_zero(r: RetencionDR, _: Comprobante) -> bool:
    """BaseDR of a RetencionDR is above zero."""
    return r.base_dr > 0


@of_retencion_dr("CRP20250", "impuesto_dr")
def withheld_tax_is_in_the_catalog(r: RetencionDR, _: Comprobante) -> bool:
    """ImpuestoDR of a RetencionDR is 001, 002 or 003."""
    return r.impuesto_dr in _IMPUESTOS


@of_retencion_dr("CRP20251", "tipo_factor_dr")
def factor_of_retencion_is_in_the_catalog(r: RetencionDR, _: Comprobante) -> bool:
    """TipoFactorDR of a RetencionDR is in c_TipoFactor."""
    return r.tipo_factor_dr in _FACTORES


@of_retencion_dr("CRP20252", "tipo_factor_dr")
def retencion_is_not_exento(r: RetencionDR, _: Comprobante) -> bool:
    """TipoFactorDR of a RetencionDR is not Exento."""
    return r.tipo_factor_dr != "Exento"


@of_retencion_dr("CRP20253", "tasa_o_cuota_dr")
def rate_of_retencion_is_in_the_catalog(r: RetencionDR, _: Comprobante) -> bool:
    """TasaOCuotaDR of a RetencionDR is in c_TasaOCuota."""
    return tasas.is_retencion(r.impuesto_dr, r.tipo_factor_dr, r.tasa_o_cuota_dr)


@of_retencion_dr("CRP20254", "importe_dr")
def withheld_importe_is_within_its_limits(r: RetencionDR, _: Comprobante) -> bool:
    """ImporteDR of a RetencionDR lies between the limits that BaseDR and rate allow with the decimals written."""
    return tax_fits(r.base_dr, r.tasa_o_cuota_dr, r.importe_dr)


@of_traslado_dr("CRP20255", "base_dr")
def base_of_traslado_is_above_zero(t: TrasladoDR, _: Comprobante) -> bool:
    """BaseDR of a TrasladoDR is above zero."""
    return t.base_dr > 0


@of_traslado_dr("CRP20256", "impuesto_dr")
def transferred_tax_is_in_the_catalog(t: TrasladoDR, _: Comprobante) -> bool:
    """ImpuestoDR of a TrasladoDR is 001, 002 or 003."""
    return t.impuesto_dr in _IMPUESTOS


@of_traslado_dr("CRP20257", "tipo_factor_dr")
def factor_of_traslado_is_in_the_catalog(t: TrasladoDR, _: Comprobante) -> bool:
    """TipoFactorDR of a TrasladoDR is in c_TipoFactor."""
    return t.tipo_factor_dr in _FACTORES


@of_traslado_dr("CRP20258", "tipo_factor_dr")
def exento_has_no_rate(t: TrasladoDR, _: Comprobante) -> bool:
    """With Exento neither TasaOCuotaDR nor ImporteDR exists."""
    return t.tipo_factor_dr != "Exento" or (t.tasa_o_cuota_dr is None and t.importe_dr is None)


@of_traslado_dr("CRP20259", "tipo_factor_dr")
def tasa_and_cuota_have_a_rate(t: TrasladoDR, _: Comprobante) -> bool:
    """With Tasa or Cuota both TasaOCuotaDR and ImporteDR exist."""
    return t.tipo_factor_dr == "Exento" or (t.tasa_o_cuota_dr is not None and t.importe_dr is not None)


@of_traslado_dr("CRP20260", "tasa_o_cuota_dr")
def rate_of_traslado_is_in_the_catalog(t: TrasladoDR, _: Comprobante) -> bool:
    """TasaOCuotaDR of a TrasladoDR is in c_TasaOCuota."""
    return t.tasa_o_cuota_dr is None or tasas.is_traslado(t.impuesto_dr, t.tipo_factor_dr, t.tasa_o_cuota_dr)


@of_traslado_dr("CRP20261", "importe_dr")
def transferred_importe_is_within_its_limits(t: TrasladoDR, _: Comprobante) -> bool:
    """ImporteDR of a TrasladoDR lies between the limits that BaseDR and rate allow with the decimals written."""
    return t.tasa_o_cuota_dr is None or t.importe_dr is None or tax_fits(t.base_dr, t.tasa_o_cuota_dr, t.importe_dr)
