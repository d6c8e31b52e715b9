"""The Complemento de Pagos 2.0 as plain values: SAT's node and attribute names in snake_case, nothing computed.

The same promises as in `hub.cfdi.document`: an amount's exponent is what is written, absent optionals are `None`.
`DR` is in the currency of the paid document, `P` in that of the payment, `Totales` in MXN. The nodes that only hold
others (ImpuestosDR, TrasladosP, ...) are not values of their own: they are written if there is something in them.
"""

from decimal import Decimal
from typing import NamedTuple


class TrasladoDR(NamedTuple):
    """The part of a document's transferred tax that a payment covers. Exento has neither rate nor importe."""

    base_dr: Decimal
    impuesto_dr: str
    tipo_factor_dr: str
    tasa_o_cuota_dr: Decimal | None = None
    importe_dr: Decimal | None = None

    @property
    def rate(self) -> tuple[str, str, Decimal | None]:
        """What tells one tax from another: impuesto, factor and rate (CRP20271)."""
        return self[1:4]


class RetencionDR(NamedTuple):
    """The part of a document's withheld tax that a payment covers; all five attributes are required."""

    base_dr: Decimal
    impuesto_dr: str
    tipo_factor_dr: str
    tasa_o_cuota_dr: Decimal
    importe_dr: Decimal

    @property
    def rate(self) -> tuple[str, str, Decimal | None]:
        """What tells one tax from another: impuesto, factor and rate."""
        return self[1:4]


class TrasladoP(NamedTuple):
    """A transferred tax of a payment: one row for each impuesto, factor and rate (CRP20271)."""

    base_p: Decimal
    impuesto_p: str
    tipo_factor_p: str
    tasa_o_cuota_p: Decimal | None = None
    importe_p: Decimal | None = None

    @property
    def rate(self) -> tuple[str, str, Decimal | None]:
        """What tells one tax from another: impuesto, factor and rate (CRP20271)."""
        return self[1:4]


class RetencionP(NamedTuple):
    """A withheld tax of a payment: one row for each impuesto, whatever its rates (CRP20263)."""

    impuesto_p: str
    importe_p: Decimal


class DoctoRelacionado(NamedTuple):
    """An invoice that a payment settles, wholly or in part.

    `equivalencia_dr` is how many units of `moneda_dr` one unit of the payment's currency is worth (CRP20237, 20238).
    """

    id_documento: str
    moneda_dr: str
    num_parcialidad: int
    imp_saldo_ant: Decimal
    imp_pagado: Decimal
    imp_saldo_insoluto: Decimal
    objeto_imp_dr: str
    serie: str | None = None
    folio: str | None = None
    equivalencia_dr: Decimal | None = None
    retenciones_dr: tuple[RetencionDR, ...] = ()
    traslados_dr: tuple[TrasladoDR, ...] = ()


class Pago(NamedTuple):
    """One payment received: when, how, how much, and which documents it settles.

    `fecha_pago` is `AAAA-MM-DDThh:mm:ss`. The fields of the banks are optional, and allowed with some forms of
    payment only (CRP20221-20235).
    """

    fecha_pago: str
    forma_de_pago_p: str
    moneda_p: str
    monto: Decimal
    documentos: tuple[DoctoRelacionado, ...]
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
    retenciones_p: tuple[RetencionP, ...] = ()
    traslados_p: tuple[TrasladoP, ...] = ()


class Totales(NamedTuple):
    """Everything paid in MXN, with two decimals; only what exists in the payments (CRP20201-20211)."""

    monto_total_pagos: Decimal
    total_retenciones_iva: Decimal | None = None
    total_retenciones_isr: Decimal | None = None
    total_retenciones_ieps: Decimal | None = None
    total_traslados_base_iva16: Decimal | None = None
    total_traslados_impuesto_iva16: Decimal | None = None
    total_traslados_base_iva8: Decimal | None = None
    total_traslados_impuesto_iva8: Decimal | None = None
    total_traslados_base_iva0: Decimal | None = None
    total_traslados_impuesto_iva0: Decimal | None = None
    total_traslados_base_iva_exento: Decimal | None = None


class Pagos(NamedTuple):
    """`pago20:Pagos`, the complement that makes a CFDI of Tipo P a receipt of payments (REP)."""

    totales: Totales
    pagos: tuple[Pago, ...]
    version: str = "2.0"
