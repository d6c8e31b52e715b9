"""The CFDI de ingreso: the invoice of a sale, paid (PUE) or still to be paid (PPD)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from hub.cfdi.amounts import solve
from hub.cfdi.document import CfdiRelacionados, Comprobante, Emisor, InformacionGlobal, Receptor, record
from hub.cfdi.limits import at_most
from hub.cfdi.sold import SoldLine
from hub.cfdi.text import clean
from hub.sat.zone import zone_of

_SIX = Decimal("0.000001")
_POR_DEFINIR = "99"
_TO_THE_SECOND = len("2026-01-31T23:59:59")
_NOT_SEALED = tuple(Comprobante._field_defaults.values())[-9:]


def ingreso(
    *,
    emisor: Emisor,
    receptor: Receptor,
    lines: Sequence[SoldLine],
    total: Decimal,
    prices_include_tax: bool,
    forma_pago: str,
    metodo_pago: str,
    fecha: datetime,
    lugar_expedicion: str,
    currency: str = "MXN",
    exchange_rate: Decimal | None = None,
    serie: str | None = None,
    folio: str | None = None,
    condiciones_de_pago: str | None = None,
    exportacion: str = "01",
    cfdi_relacionados: tuple[CfdiRelacionados, ...] = (),
    informacion_global: InformacionGlobal | None = None,
) -> Comprobante:
    """The invoice whose Total is `total`, the charge in `currency`.

    `fecha` is an aware datetime; it is written as local time of `lugar_expedicion`, and must not lie in the future
    nor more than 72 h back when the PAC stamps (RMF 2.7.2.9). A `metodo_pago` PPD is written with FormaPago 99 whatever
    `forma_pago` says (CFDI40105). `exchange_rate` is MXN for one unit of `currency`, required unless that is MXN
    (CFDI40115). Raises Unsolvable (the amounts), LookupError (the CP or currency), ValueError (the rest).
    """
    amounts = solve(lines, total=total, moneda=currency, prices_include_tax=prices_include_tax)
    fields = (
        local_fecha(fecha, lugar_expedicion),
        emisor,
        receptor,
        amounts.conceptos,
        amounts.sub_total,
        currency,
        amounts.total,
        "I",
        lugar_expedicion,
        exportacion,
        clean(serie, 25) or None,
        clean(folio, 40) or None,
        _POR_DEFINIR if metodo_pago == "PPD" else forma_pago,
        metodo_pago,
        clean(condiciones_de_pago, 1000) or None,
        amounts.descuento,
        tipo_cambio(currency, exchange_rate),
        None,  # Confirmacion
        amounts.impuestos,
        informacion_global,
        cfdi_relacionados,
    )
    return record(Comprobante, fields + _NOT_SEALED)


def local_fecha(moment: datetime, lugar_expedicion: str) -> str:
    """`moment` as SAT writes Fecha: whole seconds of the local time of a CP, without zone."""
    if moment.tzinfo is None:
        raise ValueError(f"fecha needs a time zone, got the naive {moment.isoformat()}")
    return moment.astimezone(zone_of(lugar_expedicion)).isoformat()[:_TO_THE_SECOND]


def tipo_cambio(currency: str, exchange_rate: Decimal | None) -> Decimal | None:
    """TipoCambio as written: none for MXN (CFDI40114), at most six decimals otherwise, half-up (CFDI40117)."""
    if currency == "MXN":
        return None
    if exchange_rate is None or (written := at_most(exchange_rate, _SIX)) <= 0:
        raise ValueError(f"CFDI40115: an invoice in {currency} needs the exchange rate to MXN, 0.000001 at least")
    return written


def receptor_publico_en_general(lugar_expedicion: str, nombre: str = "PUBLICO EN GENERAL") -> Receptor:
    """A buyer without RFC (XAXX). The name PUBLICO EN GENERAL makes the document a global (CFDI40130)."""
    return Receptor("XAXX010101000", nombre, lugar_expedicion, "616", "S01")


def receptor_extranjero(nombre: str, lugar_expedicion: str, residencia_fiscal: str | None = None) -> Receptor:
    """A buyer from abroad without Mexican RFC (XEXX): régimen 616, uso S01, CP of the issuer (CFDI40149, 40159)."""
    return Receptor("XEXX010101000", nombre, lugar_expedicion, "616", "S01", residencia_fiscal=residencia_fiscal)
