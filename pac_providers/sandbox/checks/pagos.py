"""CRP20212-20247 and 20275-20279: the payments and the documents they pay."""

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from ..comprobante import Node, decimals_of, decimals_of_currency
from ..padron import EXTRANJERO
from ..recibo import Documento, Pago, Recibo
from ..sat_files import catalog
from .rules import Rules

rules: Rules[Recibo] = Rules()
_BANKED = frozenset({"02", "03", "04", "05", "06", "28", "29"})
_WITHOUT_TAXES = frozenset({"01", "03", "04", "05"})
_RECEIVING = _BANKED - {"06"}
_BANK_FIELDS = {"CRP20221": ("RfcEmisorCtaOrd", _BANKED), "CRP20224": ("CtaOrdenante", _BANKED),
                "CRP20227": ("RfcEmisorCtaBen", _RECEIVING), "CRP20228": ("CtaBeneficiario", _RECEIVING)}  # fmt: skip
_SPEI_FIELDS = {"CertPago": ("CRP20230", "CRP20231"), "CadPago": ("CRP20232", "CRP20233"),
                "SelloPago": ("CRP20234", "CRP20235")}  # fmt: skip
_DIGITS = {"02": {11, 18}, "03": {10, 16, 18}, "04": {16}, "06": {10}, "28": {16}, "29": {15, 16}}
"""Lengths that c_FormaPago allows the paying account; a monedero (05) takes whatever the XSD does."""
_EPSILON = Decimal("1E-16")
_TEN_DECIMALS = "1.0000000000"
IVA, IEPS = "002", "003"


def each_pago(code: str, message: str) -> Callable[[Callable[[Pago], bool]], Callable[[Pago], bool]]:
    def add(holds: Callable[[Pago], bool]) -> Callable[[Pago], bool]:
        rules(code, message)(lambda recibo: all(holds(pago) for pago in recibo.pagos))
        return holds

    return add


def each_documento(code: str, message: str) -> Callable[[Callable[[Documento], bool]], Callable[[Documento], bool]]:
    def add(holds: Callable[[Documento], bool]) -> Callable[[Documento], bool]:
        rules(code, message)(lambda recibo: all(holds(documento) for documento in recibo.documentos))
        return holds

    return add


@each_pago("CRP20999", "La FormaDePagoP o la MonedaP no está en su catálogo.")
def keys_listed(pago: Pago) -> bool:
    return pago.node["FormaDePagoP"] in catalog("c_FormaPago") and pago.node["MonedaP"] in catalog("c_Moneda")


@each_pago("CRP20212", "La FormaDePagoP no puede ser 99.")
def forma_known(pago: Pago) -> bool:
    return pago.node["FormaDePagoP"] != "99"


@each_pago("CRP20213", "La MonedaP no puede ser XXX.")
def moneda_real(pago: Pago) -> bool:
    return pago.node["MonedaP"] != "XXX"


@each_pago("CRP20214", "Con moneda extranjera se requiere el TipoCambioP.")
def tipo_cambio_present(pago: Pago) -> bool:
    return pago.node["MonedaP"] == "MXN" or "TipoCambioP" in pago.node


@each_pago("CRP20215", "Con MonedaP MXN el TipoCambioP es 1.")
def tipo_cambio_of_mxn(pago: Pago) -> bool:
    return pago.node["MonedaP"] != "MXN" or pago.node["TipoCambioP"] == "1"


@each_pago("CRP20218", "El Monto debe ser mayor que cero.")
def monto_positive(pago: Pago) -> bool:
    return pago.node.amount("Monto") > 0


@each_pago("CRP20219", "El Monto tiene más decimales que la MonedaP.")
def monto_decimals(pago: Pago) -> bool:
    return pago.node.decimals("Monto") <= decimals_of_currency(pago.node["MonedaP"])


def _only_if_banked(code: str, name: str, banked: frozenset[str]) -> None:
    message = f"El campo {name} es solo para formas de pago bancarizadas."
    each_pago(code, message)(lambda pago: name not in pago.node or pago.node["FormaDePagoP"] in banked)


for _code, (_name, _forms) in _BANK_FIELDS.items():
    _only_if_banked(_code, _name, _forms)


@each_pago("CRP20223", "Con un banco extranjero se requiere NomBancoOrdExt.")
def foreign_bank_named(pago: Pago) -> bool:
    return pago.node["RfcEmisorCtaOrd"] != EXTRANJERO or "NomBancoOrdExt" in pago.node


@each_pago("CRP20225", "La CtaOrdenante no cumple el patrón de su forma de pago.")
def paying_account(pago: Pago) -> bool:
    account, form = pago.node["CtaOrdenante"], pago.node["FormaDePagoP"]
    return not account or form not in _DIGITS or (account.isdigit() and len(account) in _DIGITS[form])


@each_pago("CRP20226", "La CtaBeneficiario no cumple el patrón de su forma de pago.")
def receiving_account(pago: Pago) -> bool:
    account = pago.node["CtaBeneficiario"]
    return not account or pago.node["FormaDePagoP"] != "03" or (account.isdigit() and len(account) in {10, 18})


@each_pago("CRP20229", "El TipoCadPago es solo para la FormaDePagoP 03.")
def cadena_of_spei(pago: Pago) -> bool:
    return "TipoCadPago" not in pago.node or pago.node["FormaDePagoP"] == "03"


def _only_with_cadena(missing: str, unwanted: str, name: str) -> None:
    each_pago(missing, f"Con TipoCadPago se requiere {name}.")(
        lambda pago: "TipoCadPago" not in pago.node or name in pago.node
    )
    each_pago(unwanted, f"Sin TipoCadPago no debe existir {name}.")(
        lambda pago: "TipoCadPago" in pago.node or name not in pago.node
    )


for _name, (_missing, _unwanted) in _SPEI_FIELDS.items():
    _only_with_cadena(_missing, _unwanted, _name)


@each_documento("CRP20236", "La MonedaDR no puede ser XXX.")
def documento_moneda(documento: Documento) -> bool:
    return documento.node["MonedaDR"] != "XXX" and documento.node["MonedaDR"] in catalog("c_Moneda")


@each_pago("CRP20237", "Con monedas distintas se requiere la EquivalenciaDR.")
def equivalencia_present(pago: Pago) -> bool:
    others = [each.node for each in pago.documentos if each.node["MonedaDR"] != pago.node["MonedaP"]]
    return all("EquivalenciaDR" in other for other in others)


@each_pago("CRP20238", "Con la misma moneda la EquivalenciaDR es 1.")
def equivalencia_of_same(pago: Pago) -> bool:
    same = [each.node for each in pago.documentos if each.node["MonedaDR"] == pago.node["MonedaP"]]
    return all(document["EquivalenciaDR"] in {"1", _TEN_DECIMALS} for document in same)


@each_pago("CRP20277", "Junto a otras monedas, la EquivalenciaDR de la misma se escribe 1.0000000000.")
def equivalencia_among_others(pago: Pago) -> bool:
    same = [each.node for each in pago.documentos if each.node["MonedaDR"] == pago.node["MonedaP"]]
    return not pago.mixes_currencies or all(document["EquivalenciaDR"] == _TEN_DECIMALS for document in same)


@each_documento("CRP20239", "El ImpSaldoAnt debe ser mayor que cero.")
def saldo_positive(documento: Documento) -> bool:
    return documento.node.amount("ImpSaldoAnt") > 0


@each_documento("CRP20240", "El ImpSaldoAnt tiene más decimales que la MonedaDR.")
def saldo_decimals(documento: Documento) -> bool:
    return _fits_currency(documento.node, "ImpSaldoAnt")


@each_documento("CRP20241", "El ImpPagado debe ser mayor que cero.")
def pagado_positive(documento: Documento) -> bool:
    return documento.node.amount("ImpPagado") > 0


@each_documento("CRP20242", "El ImpPagado tiene más decimales que la MonedaDR.")
def pagado_decimals(documento: Documento) -> bool:
    return _fits_currency(documento.node, "ImpPagado")


@each_documento("CRP20243", "El ImpSaldoInsoluto tiene más decimales que la MonedaDR.")
def insoluto_decimals(documento: Documento) -> bool:
    return _fits_currency(documento.node, "ImpSaldoInsoluto")


@each_documento("CRP20244", "El ImpSaldoInsoluto no es ImpSaldoAnt - ImpPagado.")
def insoluto_adds_up(documento: Documento) -> bool:
    node = documento.node
    return node.amount("ImpSaldoInsoluto") == node.amount("ImpSaldoAnt") - node.amount("ImpPagado")


@each_pago("CRP20217", "La suma de los ImpPagado es mayor que el Monto.")
def monto_covers_same_currency(pago: Pago) -> bool:
    paid = sum((documento.node.amount("ImpPagado") for documento in pago.documentos), Decimal(0))
    return pago.mixes_currencies or paid <= pago.node.amount("Monto")


@each_pago("CRP20276", "El Monto no está entre los límites de los ImpPagado con su EquivalenciaDR.")
def monto_covers_other_currencies(pago: Pago) -> bool:
    if not pago.mixes_currencies:
        return True
    unit = Decimal(1).scaleb(-decimals_of_currency(pago.node["MonedaP"]))
    exact = sum((each.node.amount("ImpPagado") / each.equivalencia for each in pago.documentos), Decimal(0))
    limits = [_limits(documento, unit) for documento in pago.documentos]
    monto = pago.node.amount("Monto")
    return exact.quantize(unit, ROUND_DOWN) <= monto or (
        sum(low for low, _ in limits) <= monto <= sum(high for _, high in limits)
    )


@each_documento("CRP20245", "El ObjetoImpDR no está en c_ObjetoImp.")
def objeto_listed(documento: Documento) -> bool:
    return documento.node["ObjetoImpDR"] in catalog("c_ObjetoImp")


@each_documento("CRP20246", "Con ObjetoImpDR 02 se requieren los ImpuestosDR.")
def impuestos_present(documento: Documento) -> bool:
    return documento.node["ObjetoImpDR"] != "02" or documento.has_impuestos


@each_documento("CRP20247", "Con ObjetoImpDR 01, 03, 04 o 05 no hay ImpuestosDR.")
def impuestos_absent(documento: Documento) -> bool:
    return documento.node["ObjetoImpDR"] not in _WITHOUT_TAXES or not documento.has_impuestos


@each_documento("CRP20248", "Los ImpuestosDR no tienen traslados ni retenciones.")
def impuestos_not_empty(documento: Documento) -> bool:
    return not documento.has_impuestos or bool(documento.traslados or documento.retenciones)


@each_documento("CRP20278", "Con ObjetoImpDR 06 u 08 no hay IVA ni IEPS.")
def objeto_without_breakdown(documento: Documento) -> bool:
    return documento.node["ObjetoImpDR"] not in {"06", "08"} or not _impuestos_of(documento) & {IVA, IEPS}


@each_documento("CRP20279", "Con ObjetoImpDR 07 no hay IVA y sí traslado de IEPS.")
def objeto_with_ieps_only(documento: Documento) -> bool:
    if documento.node["ObjetoImpDR"] != "07":
        return True
    return IVA not in _impuestos_of(documento) and any(row["Impuesto"] == IEPS for row in documento.traslados)


def _impuestos_of(documento: Documento) -> set[str]:
    return {row["Impuesto"] for row in (*documento.traslados, *documento.retenciones)}


def _fits_currency(node: Node, name: str) -> bool:
    return node.decimals(name) <= decimals_of_currency(node["MonedaDR"])


def _limits(documento: Documento, unit: Decimal) -> tuple[Decimal, Decimal]:
    """CRP20275: what the written decimals of ImpPagado and EquivalenciaDR may hide."""
    half_paid = Decimal(1).scaleb(-documento.node.decimals("ImpPagado")) / 2
    half_rate = Decimal(1).scaleb(-decimals_of(documento.node["EquivalenciaDR"])) / 2
    paid, rate = documento.node.amount("ImpPagado"), documento.equivalencia
    low = (paid - half_paid) / (rate + half_rate - _EPSILON)
    high = (paid + half_paid - _EPSILON) / (rate - half_rate)
    return low.quantize(unit, ROUND_DOWN), high.quantize(unit, ROUND_HALF_UP)
