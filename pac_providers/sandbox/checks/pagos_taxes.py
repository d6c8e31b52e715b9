"""CRP20201-20211 and 20250-20274: the taxes of the documents, of the payments and the totals in pesos."""

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ..comprobante import Node
from ..recibo import Documento, Pago, Recibo
from ..sat_files import catalog
from . import tasas
from .limits import tax_fits
from .rules import Rules

rules: Rules[Recibo] = Rules()
Key = tuple[str, str, Decimal | None]
CENT = Decimal("0.01")
_IVA, _TRASLADOS, _RETENCIONES = "002", "traslados", "retenciones"


class Total(NamedTuple):
    """An attribute of Totales and which amounts of the payments' rows it sums."""

    code: str
    name: str
    kind: str
    impuesto: str
    rate: str | None
    amount: str


_TOTALES = (
    Total("CRP20201", "TotalRetencionesIVA", _RETENCIONES, "002", None, "Importe"),
    Total("CRP20202", "TotalRetencionesISR", _RETENCIONES, "001", None, "Importe"),
    Total("CRP20203", "TotalRetencionesIEPS", _RETENCIONES, "003", None, "Importe"),
    Total("CRP20204", "TotalTrasladosBaseIVA16", _TRASLADOS, _IVA, "0.16", "Base"),
    Total("CRP20205", "TotalTrasladosImpuestoIVA16", _TRASLADOS, _IVA, "0.16", "Importe"),
    Total("CRP20206", "TotalTrasladosBaseIVA8", _TRASLADOS, _IVA, "0.08", "Base"),
    Total("CRP20207", "TotalTrasladosImpuestoIVA8", _TRASLADOS, _IVA, "0.08", "Importe"),
    Total("CRP20208", "TotalTrasladosBaseIVA0", _TRASLADOS, _IVA, "0", "Base"),
    Total("CRP20209", "TotalTrasladosImpuestoIVA0", _TRASLADOS, _IVA, "0", "Importe"),
    Total("CRP20210", "TotalTrasladosBaseIVAExento", _TRASLADOS, _IVA, "Exento", "Base"),
)
RowRule = Callable[[Node], bool]


def _documents_rule(code: str, message: str, kind: str) -> Callable[[RowRule], RowRule]:
    """A rule for every TrasladoDR or RetencionDR."""

    def add(holds: RowRule) -> RowRule:
        rules(code, message)(
            lambda recibo: all(holds(row) for documento in recibo.documentos for row in _rows(documento, kind))
        )
        return holds

    return add


@_documents_rule("CRP20250", "El ImpuestoDR de una retención no está en c_Impuesto.", _RETENCIONES)
def retencion_impuesto(row: Node) -> bool:
    return row["Impuesto"] in catalog("c_Impuesto")


@_documents_rule("CRP20251", "El TipoFactorDR de una retención no está en c_TipoFactor.", _RETENCIONES)
def retencion_factor(row: Node) -> bool:
    return row["TipoFactor"] in catalog("c_TipoFactor")


@_documents_rule("CRP20252", "El TipoFactorDR de una retención no puede ser Exento.", _RETENCIONES)
def retencion_not_exempt(row: Node) -> bool:
    return row["TipoFactor"] != "Exento"


@_documents_rule("CRP20253", "La TasaOCuotaDR de una retención no está en c_TasaOCuota.", _RETENCIONES)
def retencion_tasa(row: Node) -> bool:
    return tasas.retencion_exists(row)


@_documents_rule("CRP20254", "El ImporteDR de una retención está fuera de sus límites.", _RETENCIONES)
def retencion_importe(row: Node) -> bool:
    return tax_fits(row)


@_documents_rule("CRP20256", "El ImpuestoDR de un traslado no está en c_Impuesto.", _TRASLADOS)
def traslado_impuesto(row: Node) -> bool:
    return row["Impuesto"] in catalog("c_Impuesto")


@_documents_rule("CRP20257", "El TipoFactorDR de un traslado no está en c_TipoFactor.", _TRASLADOS)
def traslado_factor(row: Node) -> bool:
    return row["TipoFactor"] in catalog("c_TipoFactor")


@_documents_rule("CRP20258", "Un TrasladoDR Exento no lleva TasaOCuotaDR ni ImporteDR.", _TRASLADOS)
def traslado_exento(row: Node) -> bool:
    return row["TipoFactor"] != "Exento" or not ("TasaOCuota" in row or "Importe" in row)


@_documents_rule("CRP20259", "Un TrasladoDR de Tasa o Cuota lleva TasaOCuotaDR e ImporteDR.", _TRASLADOS)
def traslado_complete(row: Node) -> bool:
    return row["TipoFactor"] == "Exento" or ("TasaOCuota" in row and "Importe" in row)


@_documents_rule("CRP20260", "La TasaOCuotaDR de un traslado no está en c_TasaOCuota.", _TRASLADOS)
def traslado_tasa(row: Node) -> bool:
    return tasas.traslado_exists(row)


@_documents_rule("CRP20261", "El ImporteDR de un traslado está fuera de sus límites.", _TRASLADOS)
def traslado_importe(row: Node) -> bool:
    return row["TipoFactor"] == "Exento" or tax_fits(row)


@rules("CRP20263", "Debe haber una sola RetencionP por cada impuesto retenido en los documentos.")
def retencion_p_unique(recibo: Recibo) -> bool:
    return all(_same_keys(pago, _RETENCIONES, _impuesto) for pago in recibo.pagos)


@rules("CRP20265", "El ImporteP de una retención no es la suma de las de los documentos.")
def retencion_p_sum(recibo: Recibo) -> bool:
    return all(_sums_match(pago, _RETENCIONES, "Importe", _impuesto) for pago in recibo.pagos)


@rules("CRP20266", "Un TrasladoP Exento solo lleva BaseP, ImpuestoP y TipoFactorP.")
def traslado_p_exento(recibo: Recibo) -> bool:
    rows = [row for pago in recibo.pagos for row in pago.traslados if row["TipoFactor"] == "Exento"]
    return not any("TasaOCuota" in row or "Importe" in row for row in rows)


@rules("CRP20271", "Debe haber un solo TrasladoP por cada impuesto, factor y tasa de los documentos.")
def traslado_p_unique(recibo: Recibo) -> bool:
    return all(_same_keys(pago, _TRASLADOS, _key) for pago in recibo.pagos)


@rules("CRP20268", "La BaseP de un traslado no es la suma de las BaseDR entre su EquivalenciaDR.")
def traslado_p_base(recibo: Recibo) -> bool:
    return all(_sums_match(pago, _TRASLADOS, "Base", _key, of=_is_taxed) for pago in recibo.pagos)


@rules("CRP20269", "La BaseP exenta no es la suma de las BaseDR exentas entre su EquivalenciaDR.")
def traslado_p_base_exempt(recibo: Recibo) -> bool:
    return all(_sums_match(pago, _TRASLADOS, "Base", _key, of=_is_exempt) for pago in recibo.pagos)


@rules("CRP20274", "El ImporteP de un traslado no es la suma de los ImporteDR entre su EquivalenciaDR.")
def traslado_p_importe(recibo: Recibo) -> bool:
    return all(_sums_match(pago, _TRASLADOS, "Importe", _key) for pago in recibo.pagos)


def _total_rule(total: Total) -> None:
    """The attribute exists if there are such rows, and is their sum in pesos."""

    def holds(recibo: Recibo) -> bool:
        found = [
            row.amount(total.amount) * pago.tipo_cambio
            for pago in recibo.pagos
            for row in _rows(pago, total.kind)
            if row["Impuesto"] == total.impuesto and total.rate in {None, _rate(row)}
        ]
        if not found:
            return total.name not in recibo.totales
        return total.name in recibo.totales and recibo.totales.amount(total.name) == _cents(sum(found, Decimal(0)))

    rules(total.code, f"El campo {total.name} no es la suma en pesos de los impuestos de los pagos.")(holds)


for _total in _TOTALES:
    _total_rule(_total)


@rules("CRP20211", "El MontoTotalPagos no es la suma en pesos de los Monto.")
def monto_total(recibo: Recibo) -> bool:
    total = sum((pago.node.amount("Monto") * pago.tipo_cambio for pago in recibo.pagos), Decimal(0))
    return recibo.totales.amount("MontoTotalPagos") == _cents(total)


def _rate(row: Node) -> str:
    """The rate as `_TOTALES` writes it."""
    return "Exento" if row["TipoFactor"] == "Exento" else f"{row.amount('TasaOCuota').normalize():f}"


def _key(row: Node) -> Key:
    return row["Impuesto"], row["TipoFactor"], row.amount("TasaOCuota") if "TasaOCuota" in row else None


def _impuesto(row: Node) -> Key:
    return row["Impuesto"], "", None


def _same_keys(pago: Pago, kind: str, key: Callable[[Node], Key]) -> bool:
    counted = Counter(key(row) for row in _rows(pago, kind))
    return all(times == 1 for times in counted.values()) and set(_sums(pago, kind, "Base", key)) == set(counted)


def _sums_match(
    pago: Pago, kind: str, name: str, key: Callable[[Node], Key], *, of: Callable[[Node], bool] = bool
) -> bool:
    """Which decimals are compared is written nowhere: less than one unit of the last written one is accepted."""
    sums = _sums(pago, kind, name, key)
    rows = [row for row in _rows(pago, kind) if of(row)]
    return all(_is_near(row, name, sums[key(row)]) for row in rows)


def _is_near(row: Node, name: str, exact: Decimal) -> bool:
    if name not in row:
        return _is_exempt(row)
    return abs(row.amount(name) - exact) < Decimal(1).scaleb(-row.decimals(name))


def _is_exempt(row: Node) -> bool:
    return row["TipoFactor"] == "Exento"


def _is_taxed(row: Node) -> bool:
    return not _is_exempt(row)


def _sums(pago: Pago, kind: str, name: str, key: Callable[[Node], Key]) -> dict[Key, Decimal]:
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for documento in pago.documentos:
        for row in _rows(documento, kind):
            sums[key(row)] += row.amount(name) / documento.equivalencia
    return sums


def _rows(owner: Pago | Documento, kind: str) -> tuple[Node, ...]:
    return owner.traslados if kind == _TRASLADOS else owner.retenciones


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
