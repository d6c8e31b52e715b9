"""Parts of the cadena original that CFDI 4.0 and 3.3 have in common and few documents have at all."""

from decimal import Decimal

from hub.cfdi import pagos10_cadena, pagos_cadena
from hub.cfdi.document import Comprobante, Concepto, Parte


def text(value: str | None) -> str:
    """An optional text."""
    return f"|{value}" if value else ""


def number(value: Decimal | None) -> str:
    """An optional amount."""
    return "" if value is None else f"|{value!s}"


def goods(c: Concepto) -> str:
    """What is known of the things sold: pedimentos, land registers, components."""
    if c.complemento_concepto:
        raise _unknown(c.complemento_concepto[0].name)
    parts = (*c.informacion_aduanera, *c.cuenta_predial)
    return "".join([*map(text, parts), *map(_parte, c.partes)])


def complementos(c: Comprobante) -> str:
    """The complements that the hub knows; raises ValueError for others."""
    if c.complementos:
        raise _unknown(c.complementos[0].name)
    older = pagos10_cadena.values(c.pagos_10) if c.pagos_10 else ""
    return (pagos_cadena.values(c.pagos) if c.pagos else "") + older


def _parte(p: Parte) -> str:
    return (
        f"|{p.clave_prod_serv}{text(p.no_identificacion)}|{p.cantidad!s}{text(p.unidad)}|{p.descripcion}"
        f"{number(p.valor_unitario)}{number(p.importe)}{''.join(map(text, p.informacion_aduanera))}"
    )


def _unknown(name: str) -> ValueError:
    return ValueError(f"the hub does not know which values of the complement {name} are signed; SAT's XSLT does")
