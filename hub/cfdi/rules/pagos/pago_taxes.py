"""CRP20262-20274: the taxes of a payment, which sum up those of its documents."""

from hub.cfdi.document import Comprobante
from hub.cfdi.pagos import Pago, RetencionP, TrasladoP
from hub.cfdi.pagos_totals import transferred, withheld
from hub.cfdi.rules.pagos.kinds import is_near, of_pago, of_retencion_p, of_traslado_p
from hub.sat import tasas

_IMPUESTOS = ("001", "002", "003")
_EXENTO = "Exento"


@of_retencion_p("CRP20262", "impuesto_p")
def withheld_tax_is_in_the_catalog(r: RetencionP, _: Comprobante) -> bool:
    """ImpuestoP of a RetencionP is 001, 002 or 003."""
    return r.impuesto_p in _IMPUESTOS


@of_pago("CRP20263", "retenciones_p")
def one_row_for_each_withheld_tax(p: Pago, _: Comprobante) -> bool:
    """There is one RetencionP for each tax withheld in the documents, and no other."""
    return sorted(row.impuesto_p for row in p.retenciones_p) == sorted(withheld(p.documentos))


@of_pago("CRP20265", "retenciones_p")
def withheld_rows_are_sums_of_the_documents(p: Pago, _: Comprobante) -> bool:
    """ImporteP of a RetencionP is the sum of ImporteDR / EquivalenciaDR of that tax."""
    sums = withheld(p.documentos)
    return all(is_near(row.importe_p, sums[row.impuesto_p]) for row in p.retenciones_p if row.impuesto_p in sums)


@of_traslado_p("CRP20266", "tipo_factor_p")
def exento_has_a_base_alone(t: TrasladoP, _: Comprobante) -> bool:
    """With Exento neither TasaOCuotaP nor ImporteP exists."""
    return t.tipo_factor_p != _EXENTO or (t.tasa_o_cuota_p is None and t.importe_p is None)


@of_pago("CRP20268", "traslados_p")
def taxed_bases_are_sums_of_the_documents(p: Pago, _: Comprobante) -> bool:
    """BaseP of a TrasladoP is the sum of BaseDR / EquivalenciaDR of that tax and rate."""
    return _bases_add_up(p, exento=False)


@of_pago("CRP20269", "traslados_p")
def exempt_bases_are_sums_of_the_documents(p: Pago, _: Comprobante) -> bool:
    """BaseP of an exempt TrasladoP is the sum of the exempt BaseDR / EquivalenciaDR."""
    return _bases_add_up(p, exento=True)


def _bases_add_up(p: Pago, *, exento: bool) -> bool:
    sums = transferred(p.documentos)
    rows = [row for row in p.traslados_p if (row.tipo_factor_p == _EXENTO) is exento and row.rate in sums]
    return all(is_near(row.base_p, sums[row.rate][0]) for row in rows)


@of_traslado_p("CRP20270", "impuesto_p")
def transferred_tax_is_in_the_catalog(t: TrasladoP, _: Comprobante) -> bool:
    """ImpuestoP of a TrasladoP is 001, 002 or 003."""
    return t.impuesto_p in _IMPUESTOS


@of_pago("CRP20271", "traslados_p")
def one_row_for_each_rate(p: Pago, _: Comprobante) -> bool:
    """There is one TrasladoP for each tax, factor and rate of the documents, and no other."""
    rates = [row.rate for row in p.traslados_p]
    return len(rates) == len(set(rates)) and set(rates) == set(transferred(p.documentos))


@of_traslado_p("CRP20272", "tasa_o_cuota_p")
def rate_of_traslado_is_in_the_catalog(t: TrasladoP, _: Comprobante) -> bool:
    """TasaOCuotaP of a TrasladoP is in c_TasaOCuota."""
    return t.tasa_o_cuota_p is None or tasas.is_traslado(t.impuesto_p, t.tipo_factor_p, t.tasa_o_cuota_p)


@of_pago("CRP20274", "traslados_p")
def transferred_rows_are_sums_of_the_documents(p: Pago, _: Comprobante) -> bool:
    """ImporteP of a TrasladoP that is not exempt is the sum of ImporteDR / EquivalenciaDR of that tax and rate."""
    sums = transferred(p.documentos)
    rows = [row for row in p.traslados_p if row.rate in sums and row.tipo_factor_p != _EXENTO]
    return all(row.importe_p is not None and is_near(row.importe_p, sums[row.rate][1]) for row in rows)
