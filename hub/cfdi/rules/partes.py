"""Rules of what a Concepto is made of."""

import re
from collections.abc import Callable

from hub.cfdi.document import Comprobante, Concepto, Parte
from hub.cfdi.limits import importe_fits
from hub.cfdi.rules.rule import Check, of_concepto
from hub.sat import catalogs

_PEDIMENTO = re.compile(r"[0-9]{2}  [0-9]{2}  [0-9]{4}  [0-9]{7}")
_OfParte = Callable[[Parte], bool]


def is_pedimento(numero: str) -> bool:
    """Whether a number is written as SAT's schema wants: year, customs office, patent and running number."""
    return _PEDIMENTO.fullmatch(numero) is not None


def _of_parte(code: str) -> Callable[[_OfParte], Check[Concepto]]:
    """A rule that holds for every Concepto without Parte."""

    def register(holds: _OfParte) -> Check[Concepto]:
        def of_one(x: Concepto, _: Comprobante) -> bool:
            return all(map(holds, x.partes))

        of_one.__doc__ = holds.__doc__
        return of_concepto(code, "partes")(of_one)

    return register


@_of_parte("CFDI40196")
def product_is_in_the_catalog(p: Parte) -> bool:
    """ClaveProdServ of a Parte is a key of c_ClaveProdServ."""
    return catalogs.is_key("ClaveProdServ", p.clave_prod_serv)


@_of_parte("CFDI40197")
def price_is_above_zero(p: Parte) -> bool:
    """ValorUnitario of a Parte, if it has one, is above zero."""
    return p.valor_unitario is None or p.valor_unitario > 0


@_of_parte("CFDI40198")
def importe_is_within_its_limits(p: Parte) -> bool:
    """Importe of a Parte lies between the limits that Cantidad and ValorUnitario allow with the decimals written."""
    return p.importe is None or p.valor_unitario is None or importe_fits(p.cantidad, p.valor_unitario, p.importe)


@_of_parte("CFDI40199")
def pedimentos_have_sats_pattern(p: Parte) -> bool:
    """NumeroPedimento of a Parte is `15  48  3009  0001234`; whether it exists only a PAC knows."""
    return all(map(is_pedimento, p.informacion_aduanera))
