"""CFDI40201-40221: the Impuestos of the comprobante sum those of its conceptos."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ..comprobante import Comprobante, Node
from ..sat_files import catalog
from . import tasas
from .rules import Rules

rules: Rules[Comprobante] = Rules()
Key = tuple[str, str, Decimal | None]


def _key(row: Node) -> Key:
    """What makes a summary row: Impuesto, TipoFactor and the rate, which Exento does not have."""
    return row["Impuesto"], row["TipoFactor"], row.amount("TasaOCuota") if "TasaOCuota" in row else None


def _total(cfdi: Comprobante, name: str) -> Decimal | None:
    node = cfdi.impuestos.node
    return node.amount(name) if node is not None and name in node else None


def _sum(rows: Iterable[Node], name: str) -> Decimal:
    return sum((row.amount(name) for row in rows), Decimal(0))


def _fits_currency(cfdi: Comprobante, rows: Iterable[Node], name: str) -> bool:
    return all(row.decimals(name) <= cfdi.decimals for row in rows)


def _traslados_match(cfdi: Comprobante, name: str, *, exempt: bool) -> bool:
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for row in cfdi.traslados:
        sums[_key(row)] += row.amount(name)
    rows = [row for row in cfdi.impuestos.traslados if (row["TipoFactor"] == "Exento") == exempt]
    return all(row.amount(name) == cfdi.rounded(sums[_key(row)]) for row in rows)


@rules("CFDI40201", "Un comprobante T o P no lleva el nodo Impuestos.")
def absent_in_t_and_p(cfdi: Comprobante) -> bool:
    return cfdi.tipo not in {"T", "P"} or not cfdi.impuestos


@rules("CFDI40202", "TotalImpuestosRetenidos tiene más decimales que la moneda.")
def retenidos_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, [cfdi.impuestos.node or Node({})], "TotalImpuestosRetenidos")


@rules("CFDI40206", "Hay retenciones sin TotalImpuestosRetenidos, o el total sin retenciones.")
def retenidos_present(cfdi: Comprobante) -> bool:
    return bool(cfdi.impuestos.retenciones) == (_total(cfdi, "TotalImpuestosRetenidos") is not None)


@rules("CFDI40203", "TotalImpuestosRetenidos no es la suma de las retenciones.")
def retenidos_sum(cfdi: Comprobante) -> bool:
    return (_total(cfdi, "TotalImpuestosRetenidos") or 0) == _sum(cfdi.impuestos.retenciones, "Importe")


@rules("CFDI40204", "TotalImpuestosTrasladados tiene más decimales que la moneda.")
def trasladados_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, [cfdi.impuestos.node or Node({})], "TotalImpuestosTrasladados")


@rules("CFDI40212", "TotalImpuestosTrasladados existe si, y solo si, hay traslados que no son exentos.")
def trasladados_present(cfdi: Comprobante) -> bool:
    taxed = any(row["TipoFactor"] != "Exento" for row in (*cfdi.traslados, *cfdi.impuestos.traslados))
    return taxed == (_total(cfdi, "TotalImpuestosTrasladados") is not None)


@rules("CFDI40205", "TotalImpuestosTrasladados no es la suma de los traslados.")
def trasladados_sum(cfdi: Comprobante) -> bool:
    return (_total(cfdi, "TotalImpuestosTrasladados") or 0) == _sum(cfdi.impuestos.traslados, "Importe")


@rules("CFDI40207", "El Impuesto de una retención del resumen no está en c_Impuesto.")
def retencion_impuesto(cfdi: Comprobante) -> bool:
    return all(row["Impuesto"] in catalog("c_Impuesto") for row in cfdi.impuestos.retenciones)


@rules("CFDI40208", "Debe haber una sola retención por cada impuesto retenido en los conceptos.")
def retencion_unique(cfdi: Comprobante) -> bool:
    return _once_each(
        (row["Impuesto"] for row in cfdi.retenciones), (row["Impuesto"] for row in cfdi.impuestos.retenciones)
    )


@rules("CFDI40210", "El Importe de una retención tiene más decimales que la moneda.")
def retencion_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, cfdi.impuestos.retenciones, "Importe")


@rules("CFDI40211", "El Importe de una retención no es la suma redondeada de las de los conceptos.")
def retencion_sum(cfdi: Comprobante) -> bool:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in cfdi.retenciones:
        sums[row["Impuesto"]] += row.amount("Importe")
    return all(row.amount("Importe") == cfdi.rounded(sums[row["Impuesto"]]) for row in cfdi.impuestos.retenciones)


@rules("CFDI40213", "Un traslado Exento del resumen solo lleva Base, Impuesto y TipoFactor; los demás, todo.")
def traslado_complete(cfdi: Comprobante) -> bool:
    def complete(row: Node) -> bool:
        taxed = row["TipoFactor"] != "Exento"
        return ("TasaOCuota" in row) == taxed and ("Importe" in row) == taxed

    return all(complete(row) for row in cfdi.impuestos.traslados)


@rules("CFDI40214", "La Base de un traslado del resumen tiene más decimales que la moneda.")
def traslado_base_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, cfdi.impuestos.traslados, "Base")


@rules("CFDI40217", "El Impuesto de un traslado del resumen no está en c_Impuesto, o no se traslada.")
def traslado_impuesto(cfdi: Comprobante) -> bool:
    return all(row["Impuesto"] in tasas.TRANSFERRED for row in cfdi.impuestos.traslados)


@rules("CFDI40219", "La TasaOCuota de un traslado del resumen no está en c_TasaOCuota.")
def traslado_tasa(cfdi: Comprobante) -> bool:
    return all(tasas.traslado_exists(row) for row in cfdi.impuestos.traslados)


@rules("CFDI40218", "Debe haber un solo traslado por cada impuesto, factor y tasa de los conceptos.")
def traslado_unique(cfdi: Comprobante) -> bool:
    return _once_each(map(_key, cfdi.traslados), map(_key, cfdi.impuestos.traslados))


@rules("CFDI40215", "La Base de un traslado no es la suma redondeada de las bases de los conceptos.")
def traslado_base_sum(cfdi: Comprobante) -> bool:
    return _traslados_match(cfdi, "Base", exempt=False)


@rules("CFDI40216", "La Base exenta no es la suma redondeada de las bases exentas de los conceptos.")
def traslado_base_exempt(cfdi: Comprobante) -> bool:
    return _traslados_match(cfdi, "Base", exempt=True)


@rules("CFDI40220", "El Importe de un traslado del resumen tiene más decimales que la moneda.")
def traslado_importe_decimals(cfdi: Comprobante) -> bool:
    return _fits_currency(cfdi, cfdi.impuestos.traslados, "Importe")


@rules("CFDI40221", "El Importe de un traslado no es la suma redondeada de los importes de los conceptos.")
def traslado_importe_sum(cfdi: Comprobante) -> bool:
    return _traslados_match(cfdi, "Importe", exempt=False)


def _once_each(of_conceptos: Iterable[object], of_summary: Iterable[object]) -> bool:
    """Nothing twice, nothing left out and nothing that no concepto has."""
    counted = Counter(of_summary)
    return all(times == 1 for times in counted.values()) and set(of_conceptos) == set(counted)
