"""The CFDI de egreso: a discount, bonus or return of an ingreso, whole or in part, with the ingreso's taxes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from hub.cfdi.balance import remaining
from hub.cfdi.document import CfdiRelacionados, Comprobante, Concepto, Receptor
from hub.cfdi.egreso_parts import Part, ReturnedLine, of_amount, of_lines
from hub.cfdi.impuestos_locales import refuse_local_taxes
from hub.cfdi.ingreso import local_fecha, tipo_cambio
from hub.cfdi.limits import half_up, importe_fits
from hub.cfdi.shares import share_of
from hub.cfdi.text import clean
from hub.cfdi.totals import add_up
from hub.sat import currency, regimen_uso, rfc

NOTA_DE_CREDITO, DEVOLUCION = "01", "03"
_DESCRIPCION = {NOTA_DE_CREDITO: "Descuento o bonificación", DEVOLUCION: "Devolución de mercancía"}
_CLAVE, _UNIDAD = "84111506", "ACT"
_CONDONACION = "15"
_ZERO, _ONE, _SIX = Decimal(0), Decimal(1), Decimal("0.000001")


def egreso(
    original: Comprobante,
    *,
    tipo_relacion: str,
    fecha: datetime,
    amount: Decimal | None = None,
    lines: Sequence[ReturnedLine] = (),
    egresos: Sequence[Comprobante] = (),
    uuid: str | None = None,
    forma_pago: str | None = None,
    serie: str | None = None,
    folio: str | None = None,
    descripcion: str | None = None,
    exchange_rate: Decimal | None = None,
) -> Comprobante:
    """The egreso that gives back `amount` (taxes included), some `lines`, or without either all that is left.

    `tipo_relacion` is 01 (discount or bonus; also a ticket of a global) or 03 (return of goods). `egresos` are the
    earlier live ones of the same ingreso: together they never exceed it in any tax, and the last one closes it to the
    cent. `uuid` is the ingreso's, by default that of its timbre. `forma_pago` is how it is paid back, by default the
    ingreso's, or 15 for a PPD ingreso, which says that it was not paid. `exchange_rate` is the ingreso's by default.
    Raises EgresoExceedsError (a ValueError), ValueError for what cannot be an egreso of this ingreso.
    """
    _check(original, tipo_relacion, amount, lines)
    balance = remaining(original, egresos)
    if not (egresos or lines or amount not in (None, original.total)):
        kept = original.conceptos if tipo_relacion == DEVOLUCION else _charged(original.conceptos)
        conceptos = [_labelled(c, tipo_relacion, descripcion) for c in kept]
    else:
        left = {share.mix: share for share in balance.shares}
        taken = of_lines(original, lines, left) if lines else of_amount(original, amount or balance.total, left)
        conceptos = [_concepto(part, tipo_relacion, descripcion) for part in taken]
    related = CfdiRelacionados(tipo_relacion, (related_uuid(original, uuid),))
    return document_of(
        original,
        conceptos,
        related,
        fecha=fecha,
        forma_pago=forma_pago or _forma_pago(original),
        serie=serie,
        folio=folio,
        exchange_rate=exchange_rate,
    )


def document_of(
    original: Comprobante,
    conceptos: Sequence[Concepto],
    related: CfdiRelacionados,
    *,
    fecha: datetime,
    forma_pago: str,
    serie: str | None,
    folio: str | None,
    exchange_rate: Decimal | None,
) -> Comprobante:
    """An egreso of these Conceptos with the parties, place and currency of `original`."""
    amounts = add_up(conceptos, currency.quantum(original.moneda))
    return Comprobante(
        fecha=local_fecha(fecha, original.lugar_expedicion),
        emisor=original.emisor,
        receptor=_receptor(original.receptor),
        conceptos=amounts.conceptos,
        sub_total=amounts.sub_total,
        moneda=original.moneda,
        total=amounts.total,
        tipo_de_comprobante="E",
        lugar_expedicion=original.lugar_expedicion,
        serie=clean(serie, 25) or None,
        folio=clean(folio, 40) or None,
        forma_pago=forma_pago,
        metodo_pago="PUE",
        descuento=amounts.descuento,
        tipo_cambio=tipo_cambio(original.moneda, exchange_rate or original.tipo_cambio),
        impuestos=amounts.impuestos,
        cfdi_relacionados=(related,),
    )


def related_uuid(original: Comprobante, uuid: str | None) -> str:
    """The UUID to relate; raises ValueError for a document without timbre."""
    if uuid is None and original.timbre is None:
        raise ValueError("the document to relate has no timbre; give its uuid")
    return uuid or (original.timbre.uuid if original.timbre else "")


def _check(original: Comprobante, tipo_relacion: str, amount: Decimal | None, lines: Sequence[ReturnedLine]) -> None:
    if original.version != "4.0":
        raise ValueError("a CFDI 3.3 says nothing of ObjetoImp, which its egreso needs; build it from its lines")
    if original.tipo_de_comprobante != "I":
        raise ValueError(f"an egreso gives back an ingreso, not a document of type {original.tipo_de_comprobante}")
    refuse_local_taxes(original)
    if original.total <= 0:
        raise ValueError(f"the ingreso charged nothing (Total {original.total}): there is nothing to give back")
    if tipo_relacion not in _DESCRIPCION:
        raise ValueError(f"TipoRelacion of an egreso is 01 or 03, not {tipo_relacion!r}")
    if amount is not None and lines:
        raise ValueError("give an amount or lines, not both")
    if amount is not None and (amount <= 0 or half_up(amount, currency.quantum(original.moneda)) != amount):
        raise ValueError(f"the amount {amount} must be above zero and in the decimals of {original.moneda}")


def _forma_pago(original: Comprobante) -> str:
    if original.metodo_pago == "PPD":
        return _CONDONACION
    if not original.forma_pago:
        raise ValueError("the ingreso has no FormaPago; say how the money is given back")
    return original.forma_pago


def _receptor(receptor: Receptor) -> Receptor:
    """G02 where the régimen allows it (CFDI40161); a buyer from abroad has S01."""
    person = rfc.person(receptor.rfc)
    allowed = receptor.rfc != rfc.EXTRANJERO and regimen_uso.allows(receptor.regimen_fiscal, "G02", person)
    return receptor._replace(uso_cfdi="G02" if allowed else "S01")


def _concepto(part: Part, tipo_relacion: str, descripcion: str | None) -> Concepto:
    share, source = part.share, part.source
    made = Concepto(
        _CLAVE,
        _ONE,
        _UNIDAD,
        clean(descripcion, 1000) or _DESCRIPCION[tipo_relacion],
        share.importe,
        share.importe,
        share.objeto_imp,
        traslados=share.traslados,
        retenciones=share.retenciones,
        a_cuenta_terceros=share.a_cuenta_terceros,
    )
    return made if source is None else _of_source(made, source, part.cantidad, tipo_relacion)


def _of_source(made: Concepto, source: Concepto, cantidad: Decimal, tipo_relacion: str) -> Concepto:
    """A ticket or discounted line keeps its key, a returned product its description too."""
    made = made._replace(no_identificacion=source.no_identificacion)
    if tipo_relacion != DEVOLUCION:
        return made
    made = made._replace(
        clave_prod_serv=source.clave_prod_serv,
        clave_unidad=source.clave_unidad,
        unidad=source.unidad,
        descripcion=source.descripcion,
        informacion_aduanera=source.informacion_aduanera,
        cuenta_predial=source.cuenta_predial,
    )
    price = half_up(made.importe / cantidad, _SIX)
    fitting = price > 0 and importe_fits(cantidad, price, made.importe)
    return made._replace(cantidad=cantidad, valor_unitario=price) if fitting else made


def _charged(conceptos: Sequence[Concepto]) -> list[Concepto]:
    """Without gifts: what was discounted by all of its price leaves a discount no ValorUnitario (CFDI40166)."""
    return [concepto for concepto in conceptos if any(share_of(concepto).numbers())]


def _labelled(concepto: Concepto, tipo_relacion: str, descripcion: str | None) -> Concepto:
    """A Concepto of the ingreso as it is, or for a discount in the words of one; without complements of the sale."""
    concepto = concepto._replace(complemento_concepto=())
    net = concepto.importe - (concepto.descuento or _ZERO)
    if tipo_relacion == DEVOLUCION or not net:
        return concepto
    return concepto._replace(
        clave_prod_serv=_CLAVE,
        cantidad=_ONE,
        clave_unidad=_UNIDAD,
        unidad=None,
        descripcion=clean(descripcion, 1000) or _DESCRIPCION[tipo_relacion],
        valor_unitario=net,
        importe=net,
        descuento=None,
        informacion_aduanera=(),
        cuenta_predial=(),
        partes=(),
    )
