"""Anticipos: money received before it is settled what is sold or for how much (SAT's guide, appendix 6).

Three documents: the anticipo's own ingreso, the full invoice related to it (07), and on the same day the egreso that
applies it. Or two: the anticipo and an invoice of the remainder, with the anticipo as a discount.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.cfdi.document import CfdiRelacionados, Comprobante
from hub.cfdi.egreso import document_of, related_uuid
from hub.cfdi.impuestos_locales import refuse_local_taxes
from hub.cfdi.ingreso import ingreso
from hub.cfdi.limits import half_up
from hub.cfdi.sold import SoldLine, TaxRate
from hub.sat import currency

APLICACION_DE_ANTICIPO = "07"
_FORMA_PAGO = "30"
_CLAVE, _UNIDAD = "84111506", "ACT"
_ZERO, _ONE = Decimal(0), Decimal(1)
_REMAINDER = "CFDI por remanente de un anticipo"


def anticipo(*, total: Decimal, taxes: tuple[TaxRate, ...], **header: Any) -> Comprobante:
    """The ingreso of an advance payment of `total`, taxes included, PUE. `header` as for `ingreso`."""
    line = SoldLine("Anticipo del bien o servicio", _ONE, total, total, _CLAVE, _UNIDAD, taxes)
    return ingreso(lines=[line], total=total, prices_include_tax=True, metodo_pago="PUE", **header)


def applied_to(anticipos: Sequence[Comprobante | str]) -> CfdiRelacionados:
    """The relation 07 of the full invoice to stamped anticipos or their UUIDs; give it to `ingreso`."""
    uuids = tuple([a if isinstance(a, str) else related_uuid(a, None) for a in anticipos])
    return CfdiRelacionados(APLICACION_DE_ANTICIPO, uuids)


def aplicacion_de_anticipo(
    advance: Comprobante,
    *,
    full_invoice: str,
    fecha: datetime,
    serie: str | None = None,
    folio: str | None = None,
    exchange_rate: Decimal | None = None,
) -> Comprobante:
    """The egreso, FormaPago 30, that takes the whole anticipo off the full invoice, whose UUID is `full_invoice`.

    Raises ValueError for an anticipo with the complement ImpuestosLocales.
    """
    refuse_local_taxes(advance)
    conceptos = [c._replace(descripcion="Aplicación de anticipo") for c in advance.conceptos]
    return document_of(
        advance,
        conceptos,
        CfdiRelacionados(APLICACION_DE_ANTICIPO, (full_invoice,)),
        fecha=fecha,
        forma_pago=_FORMA_PAGO,
        serie=serie,
        folio=folio,
        exchange_rate=exchange_rate,
    )


def remainder_lines(lines: Sequence[SoldLine], advance: Decimal, moneda: str = "MXN") -> list[SoldLine]:
    """Alternative B: the sold lines with the anticipo as Descuento, for an ingreso of the remainder (`applied_to`).

    Prices and `advance` include taxes; the discount is spread by what each line costs. Raises ValueError unless the
    anticipo is less than the sale.
    """
    total = sum([line.total for line in lines], _ZERO)
    if not 0 < advance < total:
        raise ValueError(f"an anticipo of {advance} leaves no remainder of {total}; apply it with an egreso")
    quantum = currency.quantum(moneda)
    made: list[SoldLine] = []
    spread = seen = _ZERO
    for line in lines:
        seen += line.total
        discount = half_up(advance * seen / total, quantum) - spread
        spread += discount
        made.append(
            line._replace(
                description=f"{line.description}. {_REMAINDER}",
                discount=line.discount + discount,
                total=line.total - discount,
            )
        )
    return made
