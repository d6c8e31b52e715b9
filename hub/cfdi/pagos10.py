"""The Complemento de Pagos 1.0 of CFDI 3.3 as plain values, for reading receipts issued until March 2023.

The same promises as in `hub.cfdi.pagos`. It knew neither totals nor the taxes of each document.
"""

from decimal import Decimal
from typing import NamedTuple


class ImpuestoRetenido10(NamedTuple):
    """A withheld tax of a payment."""

    impuesto: str
    importe: Decimal


class ImpuestoTrasladado10(NamedTuple):
    """A transferred tax of a payment."""

    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal
    importe: Decimal


class Impuestos10(NamedTuple):
    """Taxes of a payment. SAT's guide told issuers to leave them out."""

    retenciones: tuple[ImpuestoRetenido10, ...] = ()
    traslados: tuple[ImpuestoTrasladado10, ...] = ()
    total_impuestos_retenidos: Decimal | None = None
    total_impuestos_trasladados: Decimal | None = None


class DoctoRelacionado10(NamedTuple):
    """An invoice that a payment settles. `tipo_cambio_dr` is units of the payment's currency for one of its own."""

    id_documento: str
    moneda_dr: str
    metodo_de_pago_dr: str
    serie: str | None = None
    folio: str | None = None
    tipo_cambio_dr: Decimal | None = None
    num_parcialidad: int | None = None
    imp_saldo_ant: Decimal | None = None
    imp_pagado: Decimal | None = None
    imp_saldo_insoluto: Decimal | None = None


class Pago10(NamedTuple):
    """One payment received. `fecha_pago` is `AAAA-MM-DDThh:mm:ss`."""

    fecha_pago: str
    forma_de_pago_p: str
    moneda_p: str
    monto: Decimal
    documentos: tuple[DoctoRelacionado10, ...] = ()
    impuestos: tuple[Impuestos10, ...] = ()
    tipo_cambio_p: Decimal | None = None
    num_operacion: str | None = None
    rfc_emisor_cta_ord: str | None = None
    nom_banco_ord_ext: str | None = None
    cta_ordenante: str | None = None
    rfc_emisor_cta_ben: str | None = None
    cta_beneficiario: str | None = None
    tipo_cad_pago: str | None = None
    cert_pago: str | None = None
    cad_pago: str | None = None
    sello_pago: str | None = None


class Pagos10(NamedTuple):
    """`pago10:Pagos`, the complement that made a CFDI 3.3 of Tipo P a receipt of payments."""

    pagos: tuple[Pago10, ...]
    version: str = "1.0"
