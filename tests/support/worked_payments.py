"""The worked payments of `tests/fixtures/cfdi`: complements whose every number was checked against SAT's rules."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.cfdi import (
    Comprobante,
    DoctoRelacionado,
    OpenInvoice,
    Pago,
    Pagos,
    PaymentIn,
    Receptor,
    Retencion,
    Totales,
    Traslado,
    TrasladoDR,
    TrasladoP,
    next_parcialidad,
    rep,
)
from tests.support.cfdi_samples import ESCUELA, UNIVERSIDAD

D = Decimal
_FILE = Path(__file__).parent.parent / "fixtures" / "cfdi" / "worked_payments.json"
PAYMENTS: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
UUID = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
PAID_ON = date(2026, 11, 5)

IVA_16 = Traslado(D("10000.00"), "002", "Tasa", D("0.160000"), D("1600.00"))
PESOS = OpenInvoice(UUID, "MXN", D("11600.00"), "02", (IVA_16,))
DOLLARS = OpenInvoice(UUID, "USD", D("1160.00"), "02", (IVA_16._replace(base=D("1000.00"), importe=D("160.00")),))
MIXED = OpenInvoice(
    UUID,
    "MXN",
    D("1223.50"),
    "02",
    (
        Traslado(D("700.00"), "002", "Tasa", D("0.160000"), D("112.00")),
        Traslado(D("122.50"), "002", "Tasa", D("0.000000"), D("0.00")),
        Traslado(D("289.00"), "002", "Exento"),
    ),
)
HONORARIOS = OpenInvoice(
    UUID,
    "MXN",
    D("9533.33"),
    "02",
    (IVA_16,),
    (
        Retencion(D("10000.00"), "001", "Tasa", D("0.100000"), D("1000.00")),
        Retencion(D("10000.00"), "002", "Tasa", D("0.106667"), D("1066.67")),
    ),
)


def receipt(*payments: PaymentIn, receptor: Receptor = UNIVERSIDAD, **more: Any) -> Comprobante:
    fields = {"fecha": datetime(2026, 11, 20, 18, tzinfo=UTC), "lugar_expedicion": "42501", "folio": "P1", **more}
    return rep(emisor=ESCUELA, receptor=receptor, payments=payments, **fields)


def payment_of(invoice: OpenInvoice, pagado: str, *earlier: Comprobante, **more: Any) -> PaymentIn:
    """A transfer in the invoice's own currency."""
    document = next_parcialidad(invoice, D(pagado), earlier=earlier)
    fields = {"fecha_pago": PAID_ON, "forma_de_pago": "03", "moneda": invoice.moneda, "monto": D(pagado), **more}
    return PaymentIn(documents=[document], **fields)


def complement(name: str) -> Pagos:
    """A worked payment as values, not through the builder."""
    worked = PAYMENTS[name]
    pago, documento = worked["pago"], worked["documento"]
    return Pagos(
        totales=_totales(worked["totales"]),
        pagos=(
            Pago(
                fecha_pago=pago["FechaPago"],
                forma_de_pago_p=pago["FormaDePagoP"],
                moneda_p=pago["MonedaP"],
                monto=D(pago["Monto"]),
                documentos=(_documento(documento, worked["traslados_dr"]),),
                tipo_cambio_p=D(pago["TipoCambioP"]),
                traslados_p=tuple(TrasladoP(*_row(row)) for row in worked["traslados_p"]),
            ),
        ),
    )


def _totales(row: dict[str, str]) -> Totales:
    names = {field.replace("_", ""): field for field in Totales._fields}
    return Totales(**{names[name.lower()]: D(amount) for name, amount in row.items()})


def _documento(row: dict[str, Any], traslados: list[str]) -> DoctoRelacionado:
    return DoctoRelacionado(
        id_documento=row["IdDocumento"],
        moneda_dr=row["MonedaDR"],
        num_parcialidad=row["NumParcialidad"],
        imp_saldo_ant=D(row["ImpSaldoAnt"]),
        imp_pagado=D(row["ImpPagado"]),
        imp_saldo_insoluto=D(row["ImpSaldoInsoluto"]),
        objeto_imp_dr=row["ObjetoImpDR"],
        equivalencia_dr=D(row["EquivalenciaDR"]),
        traslados_dr=tuple(TrasladoDR(*_row(traslado)) for traslado in traslados),
    )


def _row(row: str) -> tuple[Any, ...]:
    base, impuesto, factor, *rest = row.split()
    return (D(base), impuesto, factor, *map(D, rest))
