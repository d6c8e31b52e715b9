"""What a REP is made of: payments received and the invoices they settle."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from hub.cfdi.document import ACuentaTerceros, Comprobante, Retencion, Traslado
from hub.cfdi.owed_taxes import owed_retenciones, owed_traslados
from hub.cfdi.pagos import DoctoRelacionado
from hub.cfdi.rep_terceros import principal

_ZERO = Decimal(0)
_MOST_TAXED_FIRST = ("02", "07", "08", "06", "05", "04", "03", "01")


class OpenInvoice(NamedTuple):
    """A stamped PPD invoice: what the tax rows of its payments are prorated from.

    One row for each impuesto, factor and rate: the base unrounded, up to six decimals; importe and total with the
    decimals of `moneda`. `a_cuenta_terceros` is whom it was all sold for, if not for the issuer.
    """

    uuid: str
    moneda: str
    total: Decimal
    objeto_imp: str
    traslados: tuple[Traslado, ...] = ()
    retenciones: tuple[Retencion, ...] = ()
    serie: str | None = None
    folio: str | None = None
    a_cuenta_terceros: ACuentaTerceros | None = None


class PaidDocument(NamedTuple):
    """What one payment pays of an invoice, in the invoice's currency.

    `equivalencia` is units of the invoice's currency for one unit of the payment's; needed only if they differ and
    the invoice is not in MXN. `earlier` are the documents of the REPs before this one about the same invoice.
    """

    invoice: OpenInvoice
    num_parcialidad: int
    saldo_anterior: Decimal
    pagado: Decimal
    equivalencia: Decimal | None = None
    earlier: tuple[DoctoRelacionado, ...] = ()


class PaymentIn(NamedTuple):
    """One payment received. `tipo_cambio` is MXN for one unit of `moneda`, not needed for MXN (CRP20214).

    `fecha_pago` is an aware datetime, or a date if the hour is unknown. `forma_de_pago` is the real one, never 99.
    """

    fecha_pago: datetime | date
    forma_de_pago: str
    moneda: str
    monto: Decimal
    documents: Sequence[PaidDocument]
    tipo_cambio: Decimal | None = None
    num_operacion: str | None = None


def open_invoice(stamped: Comprobante) -> OpenInvoice:
    """What is owed of a CFDI 4.0 as `read` gives it.

    Raises ValueError for what has no REP: anything but an ingreso (an egreso lowers the balance of its ingreso, with
    `credited`), what was PUE, is not stamped, a 3.3, or is sold on behalf of several.
    """
    if stamped.version != "4.0":
        raise ValueError("a CFDI 3.3 says nothing of ObjetoImp, which its REP needs; make the OpenInvoice yourself")
    if stamped.tipo_de_comprobante != "I":
        raise ValueError(f"a REP is for invoices (TipoDeComprobante I); this is a {stamped.tipo_de_comprobante}")
    if stamped.metodo_pago != "PPD":
        raise ValueError(f"a REP is for invoices of MetodoPago PPD; this one has {stamped.metodo_pago or 'none'}")
    if stamped.timbre is None:
        raise ValueError("only a stamped invoice can be paid with a REP: this one has no timbre")
    return OpenInvoice(
        uuid=stamped.timbre.uuid,
        moneda=stamped.moneda,
        total=stamped.total,
        objeto_imp=_objeto_imp(stamped),
        traslados=owed_traslados(stamped),
        retenciones=owed_retenciones(stamped),
        serie=stamped.serie,
        folio=stamped.folio,
        a_cuenta_terceros=principal(stamped),
    )


def next_parcialidad(
    invoice: OpenInvoice,
    pagado: Decimal,
    *,
    earlier: Iterable[Comprobante] = (),
    credited: Decimal = _ZERO,
    equivalencia: Decimal | None = None,
) -> PaidDocument:
    """The next payment of an invoice, from the REPs in force (not cancelled) and the egresos applied to it.

    `credited` is the sum of the egresos, which lower the balance before the first payment.
    """
    paid = tuple(document for receipt in earlier for document in documents_about(invoice.uuid, receipt))
    saldo = invoice.total - credited - sum([document.imp_pagado for document in paid], _ZERO)
    return PaidDocument(invoice, len(paid) + 1, saldo, pagado, equivalencia, paid)


def documents_about(uuid: str, receipt: Comprobante) -> tuple[DoctoRelacionado, ...]:
    """What a REP says about one invoice. UUIDs are compared without regard to case."""
    payments = receipt.pagos.pagos if receipt.pagos else ()
    return tuple(d for pago in payments for d in pago.documentos if d.id_documento.upper() == uuid.upper())


def _objeto_imp(stamped: Comprobante) -> str:
    """ObjetoImpDR of the whole invoice: that of its most taxed Concepto (CRP20246, 20247, 20278, 20279)."""
    keys = {concepto.objeto_imp for concepto in stamped.conceptos}
    return next(key for key in _MOST_TAXED_FIRST if key in keys)
