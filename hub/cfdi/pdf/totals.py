"""The sums under the table: subtotal, discount, each tax by rate, local taxes and the total."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from hub.cfdi.pdf._descriptions import currency_decimals
from hub.cfdi.pdf.formats import money, number, rate, tax_name
from hub.cfdi.pdf.source import Node, Source, attribute, every, one, optional
from hub.cfdi.pdf.words import in_words

Row = dict[str, str]


def totals(source: Source) -> list[Row]:
    """Rows of label, base (what a rate applies to, may be empty) and amount; reductions carry a minus sign."""
    root, moneda = source.comprobante, source.moneda
    rows = [_row("Subtotal", money(attribute(root, "SubTotal"), moneda))]
    if descuento := optional(root, "Descuento"):
        rows.append(_row("Descuento", _minus(money(descuento, moneda))))
    return [*rows, *_traslados(root, moneda), *_retenciones(root, moneda), *_local_taxes(root, moneda)]


def total(source: Source) -> Row:
    """What the buyer pays: amount, currency and words."""
    amount, moneda = attribute(source.comprobante, "Total"), source.moneda
    return {
        "label": "Total",
        "importe": money(amount, moneda),
        "moneda": moneda,
        "letra": in_words(Decimal(amount), moneda),
    }


def _traslados(root: Node, moneda: str) -> list[Row]:
    rows = []
    for node in every(root, "cfdi:Impuestos/cfdi:Traslados/cfdi:Traslado"):
        name = tax_name(attribute(node, "Impuesto"))
        label = f"{name} {rate(attribute(node, 'TipoFactor'), optional(node, 'TasaOCuota'))}"
        rows.append(
            _row(label, money(optional(node, "Importe") or "0", moneda), money(attribute(node, "Base"), moneda))
        )
    return rows


def _retenciones(root: Node, moneda: str) -> list[Row]:
    """SAT's summary adds up all rates of a tax; the lines tell them apart again, and the last rate takes the cents."""
    rows = []
    for node in every(root, "cfdi:Impuestos/cfdi:Retenciones/cfdi:Retencion"):
        impuesto, rest = attribute(node, "Impuesto"), Decimal(attribute(node, "Importe"))
        by_rate = list(_retained_by_rate(root, impuesto, moneda).items())
        for index, (label, amount) in enumerate(by_rate, start=1):
            shown = rest if index == len(by_rate) else amount
            rest -= shown
            rows.append(_row(f"{tax_name(impuesto)} retenido {label}", _minus(money(shown, moneda))))
    return rows


def _retained_by_rate(root: Node, impuesto: str, moneda: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for node in every(root, "cfdi:Conceptos/cfdi:Concepto/cfdi:Impuestos/cfdi:Retenciones/cfdi:Retencion"):
        if attribute(node, "Impuesto") == impuesto:
            label = rate(attribute(node, "TipoFactor"), attribute(node, "TasaOCuota"))
            sums[label] += Decimal(attribute(node, "Importe"))
    unit = Decimal(1).scaleb(-currency_decimals(moneda))
    return {label: amount.quantize(unit, ROUND_HALF_UP) for label, amount in sums.items()} or {"": Decimal(0)}


def _local_taxes(root: Node, moneda: str) -> list[Row]:
    local = one(root, "cfdi:Complemento/implocal:ImpuestosLocales")
    if local is None:
        return []
    added = [_local(node, "Trasladado", "Traslado", moneda) for node in every(local, "implocal:TrasladosLocales")]
    taken = [_local(node, "Retenido", "Retencion", moneda) for node in every(local, "implocal:RetencionesLocales")]
    return [*added, *({**row, "importe": _minus(row["importe"])} for row in taken)]


def _local(node: Node, named: str, rated: str, moneda: str) -> Row:
    label = f"{attribute(node, f'ImpLoc{named}')} {number(attribute(node, f'Tasade{rated}'))} %"
    return _row(label, money(attribute(node, "Importe"), moneda))


def _row(label: str, importe: str, base: str = "") -> Row:
    return {"label": label.strip(), "base": base, "importe": importe}


def _minus(amount: str) -> str:
    return f"−{amount}"
