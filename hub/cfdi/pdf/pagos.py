"""The complemento de Pagos 2.0: each payment, the invoices it pays, and its totals in pesos."""

from collections.abc import Iterable
from decimal import Decimal

from hub.cfdi.pdf._descriptions import describe
from hub.cfdi.pdf.formats import money, number, rate, tax_name, timestamp
from hub.cfdi.pdf.source import Node, Source, attribute, every, one, optional
from hub.cfdi.pdf.words import in_words

_MXN = "MXN"

_TOTALES = {
    "TotalTrasladosBaseIVA16": "Base IVA 16 %",
    "TotalTrasladosImpuestoIVA16": "IVA 16 %",
    "TotalTrasladosBaseIVA8": "Base IVA 8 %",
    "TotalTrasladosImpuestoIVA8": "IVA 8 %",
    "TotalTrasladosBaseIVA0": "Base IVA 0 %",
    "TotalTrasladosImpuestoIVA0": "IVA 0 %",
    "TotalTrasladosBaseIVAExento": "Base IVA exento",
    "TotalRetencionesIVA": "IVA retenido",
    "TotalRetencionesISR": "ISR retenido",
    "TotalRetencionesIEPS": "IEPS retenido",
}

_BANK_FIELDS = {
    "NumOperacion": "Número de operación",
    "RfcEmisorCtaOrd": "RFC del banco ordenante",
    "NomBancoOrdExt": "Banco ordenante extranjero",
    "CtaOrdenante": "Cuenta ordenante",
    "RfcEmisorCtaBen": "RFC del banco beneficiario",
    "CtaBeneficiario": "Cuenta beneficiaria",
}


def pagos(source: Source) -> list[dict[str, object]]:
    """One entry per Pago node; empty for a CFDI without the complemento."""
    return [_pago(node) for node in every(source.comprobante, "cfdi:Complemento/pago20:Pagos/pago20:Pago")]


def pagos_totals(source: Source) -> list[dict[str, str]]:
    """The rows of the Totales node that are there, in MXN."""
    totales = _totales(source)
    rows = ((label, optional(totales, name)) for name, label in _TOTALES.items())
    return [{"label": label, "base": "", "importe": money(amount, _MXN)} for label, amount in rows if amount]


def pagos_total(source: Source) -> dict[str, str] | None:
    """MontoTotalPagos, which is what a REP is about; None for a CFDI without the complemento."""
    amount = optional(_totales(source), "MontoTotalPagos")
    if not amount:
        return None
    return {
        "label": "Total pagado",
        "importe": money(amount, _MXN),
        "moneda": _MXN,
        "letra": in_words(Decimal(amount), _MXN),
    }


def _totales(source: Source) -> Node | None:
    return one(source.comprobante, "cfdi:Complemento/pago20:Pagos/pago20:Totales")


def _pago(node: Node) -> dict[str, object]:
    moneda, tipo_cambio = attribute(node, "MonedaP"), optional(node, "TipoCambioP")
    exchange = [("Tipo de cambio", tipo_cambio)] if tipo_cambio and moneda != _MXN else []
    return {
        "monto": money(attribute(node, "Monto"), moneda),
        "moneda": moneda,
        "datos": [
            ("Fecha de pago", timestamp(attribute(node, "FechaPago"))),
            ("Forma de pago", describe("FormaPago", attribute(node, "FormaDePagoP"))),
            ("Moneda", describe("Moneda", moneda)),
            *exchange,
            *((label, value) for name, label in _BANK_FIELDS.items() if (value := optional(node, name))),
        ],
        "documentos": [_documento(document, moneda) for document in every(node, "pago20:DoctoRelacionado")],
    }


def _documento(node: Node, moneda_pago: str) -> dict[str, object]:
    moneda = attribute(node, "MonedaDR")
    equivalencia = optional(node, "EquivalenciaDR")
    return {
        "uuid": attribute(node, "IdDocumento"),
        "serie_folio": "-".join(part for part in (optional(node, "Serie"), optional(node, "Folio")) if part),
        "parcialidad": attribute(node, "NumParcialidad"),
        "moneda": moneda if moneda == moneda_pago else f"{moneda}, equivalencia {number(equivalencia or '1')}",
        "saldo_anterior": money(attribute(node, "ImpSaldoAnt"), moneda),
        "pagado": money(attribute(node, "ImpPagado"), moneda),
        "saldo_insoluto": money(attribute(node, "ImpSaldoInsoluto"), moneda),
        "impuestos": [
            *_taxes(every(node, "pago20:ImpuestosDR/pago20:TrasladosDR/pago20:TrasladoDR"), "", moneda),
            *_taxes(every(node, "pago20:ImpuestosDR/pago20:RetencionesDR/pago20:RetencionDR"), "Ret. ", moneda),
        ],
        "objeto_imp": describe("ObjetoImp", attribute(node, "ObjetoImpDR")),
    }


def _taxes(taxes: Iterable[Node], prefix: str, moneda: str) -> list[dict[str, str]]:
    """A line for each rate: of one rate there are several nodes where the invoice rounded its Conceptos one by one."""
    sums: dict[str, Decimal | None] = {}
    for tax in taxes:
        of = rate(attribute(tax, "TipoFactorDR"), optional(tax, "TasaOCuotaDR"))
        name = f"{prefix}{tax_name(attribute(tax, 'ImpuestoDR'))} {of}"
        importe = optional(tax, "ImporteDR")
        sums[name] = (sums.get(name) or Decimal(0)) + Decimal(importe) if importe else None
    return [
        {"nombre": name, "importe": "" if sum_ is None else money(str(sum_), moneda)} for name, sum_ in sums.items()
    ]
