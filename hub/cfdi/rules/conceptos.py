"""Rules of each Concepto. Most Conceptos are asked few of them: a rule of discounts needs a discount."""

from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.limits import decimals_of, importe_fits
from hub.cfdi.rules.partes import is_pedimento
from hub.cfdi.rules.rule import KeptRules, Rules, of_concepto
from hub.cfdi.sold import IEPS, ISR, IVA
from hub.sat import catalogs
from hub.sat.enumerated import may_be_sent

_ZERO = Decimal(0)
_PRICED = ("I", "E", "N")


class Goods(NamedTuple):
    """The keys of what is sold and whether it has any taxes; an issuer sells the same things again and again."""

    clave_prod_serv: str
    clave_unidad: str
    objeto_imp: str
    is_taxed: bool


of_goods: KeptRules[Goods] = KeptRules("goods")
of_discounted: Rules[Concepto] = Rules()
"""Rules of a Concepto with Descuento."""
of_rare_objeto: Rules[Concepto] = Rules()
"""Rules of a Concepto whose ObjetoImp is one of `RARE_OBJETOS`."""
RARE_OBJETOS = ("06", "07", "08")
of_demanding: Rules[Concepto] = Rules()
"""Rules of a Concepto whose product demands something (`catalogs.product_demands`)."""
of_imported: Rules[Concepto] = Rules()
"""Rules of a Concepto with pedimentos."""


@of_goods("CFDI40162", "clave_prod_serv")
def product_is_in_the_catalog(g: Goods) -> bool:
    """ClaveProdServ is a key of c_ClaveProdServ."""
    return may_be_sent("ClaveProdServ", g.clave_prod_serv)


@of_goods("CFDI40165", "clave_unidad")
def unit_is_in_the_catalog(g: Goods) -> bool:
    """ClaveUnidad is a key of c_ClaveUnidad."""
    return may_be_sent("ClaveUnidad", g.clave_unidad)


@of_goods("CFDI40170", "objeto_imp")
def objeto_imp_is_in_the_catalog(g: Goods) -> bool:
    """ObjetoImp is a key of c_ObjetoImp."""
    return catalogs.is_key("ObjetoImp", g.objeto_imp)


@of_demanding("CFDI40163", "clave_prod_serv")
def the_complement_that_the_product_demands_is_there(x: Concepto, c: Comprobante) -> bool:
    """If c_ClaveProdServ names a complement for the product, there is one; whether it is that one the PAC sees."""
    wanted = catalogs.product_demands(x.clave_prod_serv).complemento
    return not wanted or bool(x.complemento_concepto or c.complementos)


@of_demanding("CFDI40164", "clave_prod_serv")
def the_taxes_that_the_product_demands_are_there(x: Concepto, _: Comprobante) -> bool:
    """If c_ClaveProdServ says that the product carries IVA or IEPS, the Concepto has a Traslado of it."""
    demands = catalogs.product_demands(x.clave_prod_serv)
    transferred = {row.impuesto for row in x.traslados}
    return (not demands.iva or IVA in transferred) and (not demands.ieps or IEPS in transferred)


@of_concepto("CFDI40166", "valor_unitario")
def price_is_above_zero(x: Concepto, c: Comprobante) -> bool:
    """ValorUnitario is above zero in I, E and N."""
    return c.tipo_de_comprobante not in _PRICED or x.valor_unitario > _ZERO


@of_concepto("CFDI40167", "importe")
def importe_is_within_its_limits(x: Concepto, _: Comprobante) -> bool:
    """Importe lies between the limits that Cantidad and ValorUnitario allow with the decimals written."""
    return importe_fits(x.cantidad, x.valor_unitario, x.importe)


@of_goods("CFDI40171", "objeto_imp")
def taxable_conceptos_show_their_taxes(g: Goods) -> bool:
    """With ObjetoImp 02 there is at least one Traslado or Retencion."""
    return g.objeto_imp != "02" or g.is_taxed


@of_goods("CFDI40172", "objeto_imp")
def other_conceptos_show_none(g: Goods) -> bool:
    """With ObjetoImp 01, 03, 04 or 05 there are no taxes."""
    return g.objeto_imp not in ("01", "03", "04", "05") or not g.is_taxed


@of_discounted("CFDI40168", "descuento")
def descuento_is_not_finer_than_importe(x: Concepto, _: Comprobante) -> bool:
    """Descuento has no more decimals than Importe."""
    return x.descuento is None or decimals_of(x.descuento) <= decimals_of(x.importe)


@of_discounted("CFDI40169", "descuento")
def descuento_is_at_most_the_importe(x: Concepto, _: Comprobante) -> bool:
    """Descuento is not above Importe."""
    return x.descuento is None or x.descuento <= x.importe


@of_rare_objeto("CFDI140226", "objeto_imp")
def objeto_06_and_08_transfer_nothing(x: Concepto, _: Comprobante) -> bool:
    """With ObjetoImp 06 or 08 neither IVA nor IEPS is transferred or withheld; ISR may be withheld."""
    if x.objeto_imp not in ("06", "08"):
        return True
    return not x.traslados and all(row.impuesto == ISR for row in x.retenciones)


@of_rare_objeto("CFDI140227", "objeto_imp")
def objeto_07_transfers_ieps_alone(x: Concepto, _: Comprobante) -> bool:
    """With ObjetoImp 07 IEPS is transferred, and IVA neither transferred nor withheld."""
    if x.objeto_imp != "07":
        return True
    transferred = {row.impuesto for row in x.traslados}
    return transferred == {IEPS} and all(row.impuesto != IVA for row in x.retenciones)


@of_imported("CFDI40194", "informacion_aduanera")
def pedimentos_have_sats_pattern(x: Concepto, _: Comprobante) -> bool:
    """NumeroPedimento is `15  48  3009  0001234`; whether that pedimento exists only a PAC knows."""
    return all(map(is_pedimento, x.informacion_aduanera))
