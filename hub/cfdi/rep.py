"""The REP: a CFDI de pago (Tipo P) with the Complemento de Pagos 2.0, for payments of PPD invoices (RMF 2.7.1.32)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from hub.cfdi.docto_relacionado import amount, docto_relacionado
from hub.cfdi.document import ACuentaTerceros, CfdiRelacionados, Comprobante, Concepto, Emisor, Receptor
from hub.cfdi.ingreso import local_fecha
from hub.cfdi.limits import at_most
from hub.cfdi.monto import covers, is_mixed
from hub.cfdi.pagos import DoctoRelacionado, Pago, Pagos
from hub.cfdi.pagos_totals import retenciones_p, totales, traslados_p
from hub.cfdi.payment import PaymentIn
from hub.cfdi.rep_terceros import principal_of_rep
from hub.cfdi.text import clean
from hub.sat import currency

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX = Decimal("0.000001")
_NOON, _DAY = "T12:00:00", len("AAAA-MM-DD")
_CONCEPTO = Concepto("84111506", _ONE, "ACT", "Pago", _ZERO, _ZERO, "01")  # CRP20113-20123


def rep(
    *,
    emisor: Emisor,
    receptor: Receptor,
    payments: Sequence[PaymentIn],
    fecha: datetime,
    lugar_expedicion: str,
    serie: str | None = None,
    folio: str | None = None,
    cfdi_relacionados: tuple[CfdiRelacionados, ...] = (),
) -> Comprobante:
    """The receipt of payments of one receptor; due by the 5th day of the month after the payment.

    `receptor` is the one of the paid invoices; its UsoCFDI becomes CP01. Several payments of the same invoice count
    as made in the order given. What was sold for a third party (ACuentaTerceros) has a REP of its own for each
    payment. `fecha` is an aware datetime, as in `ingreso`, not before any payment; `cfdi_relacionados` is for the
    substitute of a wrong REP (TipoRelacion 04). Raises ValueError, naming SAT's code, for amounts that no REP can
    have, LookupError for an unknown CP or currency.
    """
    if not payments:
        raise ValueError("a REP needs at least one payment")
    pagos: list[Pago] = []
    issued = local_fecha(fecha, lugar_expedicion)
    for payment in payments:
        pagos.append(_pago(payment, pagos, lugar_expedicion, issued))
    return Comprobante(
        fecha=issued,
        emisor=emisor,
        receptor=receptor._replace(uso_cfdi="CP01"),
        conceptos=(_CONCEPTO._replace(a_cuenta_terceros=_principal(payments, lugar_expedicion)),),
        sub_total=_ZERO,
        moneda="XXX",
        total=_ZERO,
        tipo_de_comprobante="P",
        lugar_expedicion=lugar_expedicion,
        serie=clean(serie, 25) or None,
        folio=clean(folio, 40) or None,
        cfdi_relacionados=cfdi_relacionados,
        pagos=Pagos(totales(pagos), tuple(pagos)),
    )


def _pago(payment: PaymentIn, before: Iterable[Pago], lugar_expedicion: str, issued: str) -> Pago:
    if not payment.documents:
        raise ValueError(f"the payment of {payment.monto} {payment.moneda} has no document: say which invoices it pays")
    documentos = _documentos(payment, before)
    pago = Pago(
        fecha_pago=_fecha_pago(payment, lugar_expedicion, issued),
        forma_de_pago_p=payment.forma_de_pago,
        moneda_p=payment.moneda,
        monto=amount(payment.monto, payment.moneda, "CRP20219: Monto"),
        documentos=documentos,
        tipo_cambio_p=_tipo_cambio_p(payment),
        num_operacion=clean(payment.num_operacion, 100) or None,
        retenciones_p=retenciones_p(documentos),
        traslados_p=traslados_p(documentos),
    )
    if not covers(pago, currency.quantum(payment.moneda)):
        code = "CRP20276" if is_mixed(pago) else "CRP20217"
        raise ValueError(f"{code}: the payment of {payment.monto} {payment.moneda} is less than what it pays")
    return pago


def _documentos(payment: PaymentIn, before: Iterable[Pago]) -> tuple[DoctoRelacionado, ...]:
    earlier = [documento for pago in before for documento in pago.documentos]
    documentos: list[DoctoRelacionado] = []
    for paid in payment.documents:
        documentos.append(docto_relacionado(paid, payment, (*earlier, *documentos)))
    return tuple(documentos)


def _fecha_pago(payment: PaymentIn, lugar_expedicion: str, issued: str) -> str:
    """The hour is noon if unknown, or that of the REP on a morning before: no payment lies in the future."""
    if isinstance(payment.fecha_pago, datetime):
        fecha = local_fecha(payment.fecha_pago, lugar_expedicion)
    else:
        noon = f"{payment.fecha_pago.isoformat()}{_NOON}"
        fecha = min(noon, issued) if noon[:_DAY] == issued[:_DAY] else noon
    if fecha > issued:
        raise ValueError(f"FechaPago {fecha} lies after the REP of {issued}: a payment to come has no REP yet")
    return fecha


def _principal(payments: Sequence[PaymentIn], lugar_expedicion: str) -> ACuentaTerceros | None:
    sold_for = {paid.invoice.a_cuenta_terceros for payment in payments for paid in payment.documents}
    return principal_of_rep(sold_for, len(payments), lugar_expedicion)


def _tipo_cambio_p(payment: PaymentIn) -> Decimal:
    if payment.moneda == "MXN":
        return _ONE
    if payment.tipo_cambio is None or (written := at_most(payment.tipo_cambio, _SIX)) <= 0:
        raise ValueError(f"CRP20214: a payment in {payment.moneda} needs the exchange rate to MXN of its day")
    return written
