"""Rules of what a Concepto is made of."""

import re

from hub.cfdi.document import Comprobante, Parte
from hub.cfdi.limits import importe_fits
from hub.cfdi.rules.rule import Rules
from hub.sat import catalogs

_PEDIMENTO = re.compile(r"[0-9]{2}  [0-9]{2}  [0-9]{4}  [0-9]{7}")
of_parte: Rules[Parte] = Rules()


def is_pedimento(numero: str) -> bool:
    """Whether a number is written as SAT's schema wants: year, customs office, patent and running number."""
    return _PEDIMENTO.fullmatch(numero) is not None


@of_parte("CFDI40196", "clave_prod_serv")
def product_is_in_the_catalog(p: Parte, _: Comprobante) -> bool:
    """ClaveProdServ of a Parte is a key of c_ClaveProdServ."""
    return catalogs.is_key("ClaveProdServ", p.clave_prod_serv)


@of_parte("CFDI40197", "valor_unitario")
def price_is_above_zero(p: Parte, _: Comprobante) -> bool:
    """ValorUnitario of a Parte, if it has one, is above zero."""
    return p.valor_unitario is None or p.valor_unitario > 0


@of_parte("CFDI40198", "importe")
def importe_is_within_its_limits(p: Parte, _: Comprobante) -> bool:
    """Importe of a Parte lies between the limits that Cantidad and ValorUnitario allow with the decimals written."""
    return p.importe is None or p.valor_unitario is None or importe_fits(p.cantidad, p.valor_unitario, p.importe)


@of_parte("CFDI40199", "informacion_aduanera")
def pedimentos_have_sats_pattern(p: Parte, _: Comprobante) -> bool:
    """NumeroPedimento of a Parte is `15  48  3009  0001234`; whether it exists only a PAC knows."""
    return all(map(is_pedimento, p.informacion_aduanera))
