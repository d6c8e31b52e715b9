"""For each CRP20xxx that a rule finds: a good receipt, and the same with one change that breaks that rule alone."""

from decimal import Decimal
from typing import Any

from hub.cfdi import Comprobante, PaymentIn, Retencion, RetencionP, Traslado, TrasladoP, next_parcialidad
from hub.cfdi.pagos_totals import retenciones_p, totales, traslados_p
from tests.support.rule_cases import Case
from tests.support.worked_payments import (
    DOLLARS,
    HONORARIOS,
    MIXED,
    PAID_ON,
    PAYMENTS,
    PESOS,
    complement,
    payment_of,
    receipt,
)

D = Decimal
FIRST = receipt(payment_of(PESOS, "4000.00"))._replace(pagos=complement("first_of_three"))
IN_PESOS = FIRST._replace(pagos=complement("dollars_paid_in_pesos"))
IN_DOLLARS = FIRST._replace(pagos=complement("pesos_paid_in_dollars"))
EXEMPT_TOO = FIRST._replace(pagos=complement("half_of_16_0_exento"))
WITHHELD = receipt(payment_of(HONORARIOS, "9533.33"))
IEPS_ALONE = receipt(
    payment_of(
        PESOS._replace(objeto_imp="07", traslados=(Traslado(D("1000.00"), "003", "Tasa", D("0.080000"), D("80.00")),)),
        "11600.00",
    )
)
ISR_ALONE = receipt(
    payment_of(
        PESOS._replace(
            objeto_imp="08",
            traslados=(),
            retenciones=(Retencion(D("1000.00"), "001", "Tasa", D("0.100000"), D("100.00")),),
        ),
        "11600.00",
    )
)
TWO_CURRENCIES = receipt(
    PaymentIn(
        PAID_ON,
        "03",
        "MXN",
        D("6820.01"),
        [
            next_parcialidad(PESOS, D("5000.00")),
            next_parcialidad(DOLLARS, D("100.00"), equivalencia=D("0.0549450549")),
        ],
    )
)
NO_TAXES = receipt(payment_of(PESOS._replace(objeto_imp="01", traslados=()), "100.00"))
LOWER_RATES = receipt(
    payment_of(
        MIXED._replace(traslados=(MIXED.traslados[0]._replace(tasa_o_cuota=D("0.08"), importe=D("56.00")),)), "1.00"
    )
)
BANK = {
    "rfc_emisor_cta_ord": "BBA830831LJ2",
    "cta_ordenante": "012180001234567897",
    "rfc_emisor_cta_ben": "BSM970519DU8",
    "cta_beneficiario": "014180001234567892",
}
CADENA = {"tipo_cad_pago": "01", "cert_pago": "YQ==", "cad_pago": "||a||", "sello_pago": "YQ=="}


def pago(of: Comprobante, **changes: Any) -> Comprobante:
    """Attributes of the first payment."""
    first, *others = of.pagos.pagos
    return of._replace(pagos=of.pagos._replace(pagos=(first._replace(**changes), *others)))


def summed(of: Comprobante, *, rows: bool = True) -> Comprobante:
    """The receipt with the ImpuestosP (unless `rows` is false) and Totales that belong to its documents."""
    first = of.pagos.pagos[0]
    if rows:
        documentos = first.documentos
        of = pago(of, retenciones_p=retenciones_p(documentos), traslados_p=traslados_p(documentos))
    return of._replace(pagos=of.pagos._replace(totales=totales(of.pagos.pagos)))


def documento(of: Comprobante, **changes: Any) -> Comprobante:
    """Attributes of the first document that is paid."""
    first, *others = of.pagos.pagos[0].documentos
    return pago(of, documentos=(first._replace(**changes), *others))


def traslado_dr(of: Comprobante, **changes: Any) -> Comprobante:
    """Attributes of the first TrasladoDR, and the sums that belong to them."""
    first, *others = of.pagos.pagos[0].documentos[0].traslados_dr
    return summed(documento(of, traslados_dr=(first._replace(**changes), *others)))


def retencion_dr(**changes: Any) -> Comprobante:
    """Attributes of the first RetencionDR, and the sums that belong to them."""
    first, *others = WITHHELD.pagos.pagos[0].documentos[0].retenciones_dr
    return summed(documento(WITHHELD, retenciones_dr=(first._replace(**changes), *others)))


def traslado_p(of: Comprobante, row: int = 0, **changes: Any) -> Comprobante:
    """Attributes of a TrasladoP."""
    rows = list(of.pagos.pagos[0].traslados_p)
    rows[row] = rows[row]._replace(**changes)
    return pago(of, traslados_p=tuple(rows))


def retencion_p(of: Comprobante, **changes: Any) -> Comprobante:
    """Attributes of the first RetencionP."""
    first, *others = of.pagos.pagos[0].retenciones_p
    return pago(of, retenciones_p=(first._replace(**changes), *others))


def _of(of: Comprobante, broken: Comprobante, also: str = "", why: str = "") -> Case:
    return Case(of, broken, frozenset(also.split()), why)


def _changed(also: str = "", why: str = "", **changes: Any) -> Case:
    return _of(FIRST, FIRST._replace(**changes), also, why)


def _concepto(also: str = "", why: str = "", **changes: Any) -> Case:
    return _changed(also, why, conceptos=(FIRST.conceptos[0]._replace(**changes),))


def _totales(of: Comprobante, also: str = "", why: str = "", **changes: Any) -> Case:
    broken = of._replace(pagos=of.pagos._replace(totales=of.pagos.totales._replace(**changes)))
    return _of(of, broken, also, why)


def _pago(also: str = "", why: str = "", *, of: Comprobante = FIRST, **changes: Any) -> Case:
    return _of(of, summed(pago(of, **changes), rows=False), also, why)


def _documento(of: Comprobante, also: str = "", why: str = "", **changes: Any) -> Case:
    return _of(of, summed(documento(of, **changes)), also, why)


def _more_rows(of: Comprobante, also: str = "", why: str = "", **rows: tuple[Any, ...]) -> Case:
    """More rows in the ImpuestosP of the payment, and Totales with them."""
    now = {name: (*getattr(of.pagos.pagos[0], name), *more) for name, more in rows.items()}
    return _of(of, summed(pago(of, **now), rows=False), also, why)


def _paying(currency: str, amount: int, rest: int) -> Comprobante:
    """A payment of whole units, for currencies without decimals."""
    paid = {
        "moneda_dr": currency,
        "imp_pagado": D(amount),
        "imp_saldo_insoluto": D(rest),
        "imp_saldo_ant": D(amount + rest),
    }
    return summed(documento(pago(FIRST, monto=D(amount)), **paid))


_ANY_P = "the rules of every CFDI of Tipo P forbid it too"
_SUM = "the sum that is missing has a code of its own"
_RATE = "no rate is in the catalog for it"
_REPEATED = "ImpuestosP repeats the row"
_NO_DOCUMENT = "a row that no document has cannot be one of theirs"

CASES: dict[str, Case] = {
    "CRP20101": _changed(tipo_de_comprobante="T"),
    "CRP20102": _changed(exportacion="03"),
    "CRP20103": _changed("CFDI40107", "XXX has no decimals", sub_total=D("0.00")),
    "CRP20104": _changed(moneda="MXN"),
    "CRP20105": _changed("CFDI40103", _ANY_P, forma_pago="03"),
    "CRP20106": _changed("CFDI40125", _ANY_P, metodo_pago="PUE"),
    "CRP20107": _changed(condiciones_de_pago="contado"),
    "CRP20108": _changed("CFDI40111", _ANY_P, descuento=D(0)),
    "CRP20109": _changed("CFDI40116", _ANY_P, tipo_cambio=D(1)),
    "CRP20110": _changed(total=D("0.00")),
    "CRP20111": _changed(conceptos=FIRST.conceptos * 2),
    "CRP20112": _concepto(cuenta_predial=("15956011002",)),
    "CRP20113": _concepto(clave_prod_serv="01010101"),
    "CRP20114": _concepto(no_identificacion="1"),
    "CRP20115": _concepto(cantidad=D("1.0")),
    "CRP20116": _concepto(clave_unidad="E48"),
    "CRP20117": _concepto(unidad="Pago"),
    "CRP20118": _concepto(descripcion="Abono"),
    "CRP20119": _concepto(valor_unitario=D("0.00")),
    "CRP20120": _concepto(importe=D("0.00")),
    "CRP20121": _concepto("CFDI40111", _ANY_P, descuento=D(0)),
    "CRP20122": _concepto(objeto_imp="03"),
    "CRP20123": _concepto("CFDI40172 CFDI40218", _ANY_P, traslados=(Traslado(D(1), "002", "Exento"),)),
    "CRP20201": _totales(WITHHELD, total_retenciones_iva=D("1066.68")),
    "CRP20202": _totales(WITHHELD, total_retenciones_isr=None),
    "CRP20203": _totales(FIRST, total_retenciones_ieps=D("1.00")),
    "CRP20204": _totales(FIRST, total_traslados_base_iva16=D("3448.27")),
    "CRP20205": _totales(FIRST, total_traslados_impuesto_iva16=D("551.73")),
    "CRP20206": _totales(LOWER_RATES, total_traslados_base_iva8=D("99.00")),
    "CRP20207": _totales(LOWER_RATES, total_traslados_impuesto_iva8=D("0.00")),
    "CRP20208": _totales(EXEMPT_TOO, total_traslados_base_iva0=None),
    "CRP20209": _totales(EXEMPT_TOO, total_traslados_impuesto_iva0=None),
    "CRP20210": _totales(EXEMPT_TOO, total_traslados_base_iva_exento=D("144.51")),
    "CRP20211": _totales(IN_DOLLARS, monto_total_pagos=D("11600.00")),
    "CRP20212": _pago(forma_de_pago_p="99"),
    "CRP20213": _pago(of=_paying("MXN", 4000, 7600), moneda_p="XXX"),
    "CRP20214": _pago(of=IN_DOLLARS, tipo_cambio_p=None),
    "CRP20215": _pago(tipo_cambio_p=D("1.000000")),
    "CRP20217": _pago(monto=D("3999.99")),
    "CRP20218": _pago("CRP20217", "something is paid, so nothing cannot cover it", monto=D("0.00")),
    "CRP20219": _pago(monto=D("4000.000")),
    "CRP20221": _pago(forma_de_pago_p="01", rfc_emisor_cta_ord="BBA830831LJ2"),
    "CRP20223": _pago(rfc_emisor_cta_ord="XEXX010101000"),
    "CRP20224": _pago(forma_de_pago_p="01", cta_ordenante="1234567890"),
    "CRP20225": _pago(cta_ordenante="123456789012345"),
    "CRP20226": _pago(cta_beneficiario="1234567890123456"),
    "CRP20227": _pago(forma_de_pago_p="06", rfc_emisor_cta_ben="BSM970519DU8"),
    "CRP20228": _pago(forma_de_pago_p="01", cta_beneficiario="1234567890"),
    "CRP20229": _pago(forma_de_pago_p="02", **CADENA),
    "CRP20230": _pago(**{**CADENA, "cert_pago": None}),
    "CRP20231": _pago(cert_pago="YQ=="),
    "CRP20232": _pago(**{**CADENA, "cad_pago": None}),
    "CRP20233": _pago(cad_pago="||a||"),
    "CRP20234": _pago(**{**CADENA, "sello_pago": None}),
    "CRP20235": _pago(sello_pago="YQ=="),
    "CRP20236": _documento(_paying("MXN", 4000, 7600), moneda_dr="XXX"),
    "CRP20237": _documento(_paying("USD", 4000, 7600), equivalencia_dr=None),
    "CRP20238": _documento(FIRST, equivalencia_dr=D("1.01")),
    "CRP20239": _documento(
        FIRST,
        "CRP20244",
        "what is left of nothing would be below zero",
        imp_saldo_ant=D("0.00"),
        imp_saldo_insoluto=D("0.00"),
    ),
    "CRP20240": _documento(FIRST, imp_saldo_ant=D("11600.000")),
    "CRP20241": _documento(FIRST, imp_pagado=D("0.00"), imp_saldo_insoluto=D("11600.00")),
    "CRP20242": _documento(FIRST, imp_pagado=D("4000.000")),
    "CRP20243": _documento(FIRST, imp_saldo_insoluto=D("7600.000")),
    "CRP20244": _documento(FIRST, imp_saldo_insoluto=D("7600.01")),
    "CRP20245": _documento(FIRST, objeto_imp_dr="09"),
    "CRP20246": _documento(NO_TAXES, objeto_imp_dr="02"),
    "CRP20247": _documento(FIRST, objeto_imp_dr="03"),
    "CRP20278": _documento(FIRST, objeto_imp_dr="06"),
    "CRP20279": _documento(FIRST, objeto_imp_dr="07"),
    "CRP20249": _of(WITHHELD, retencion_dr(base_dr=D("0.00"), importe_dr=D("0.00"))),
    "CRP20250": _of(WITHHELD, retencion_dr(impuesto_dr="004"), "CRP20253 CRP20262", f"{_RATE}, and {_REPEATED}"),
    "CRP20251": _of(WITHHELD, retencion_dr(tipo_factor_dr="Parte"), "CRP20253", _RATE),
    "CRP20252": _of(WITHHELD, retencion_dr(tipo_factor_dr="Exento"), "CRP20253", _RATE),
    "CRP20253": _of(WITHHELD, retencion_dr(tasa_o_cuota_dr=D("0.360000"), importe_dr=D("3600.00"))),
    "CRP20254": _of(WITHHELD, retencion_dr(base_dr=D("10000.010000"))),
    "CRP20255": _of(FIRST, traslado_dr(FIRST, base_dr=D("0.00"), importe_dr=D("0.00"))),
    "CRP20256": _of(
        FIRST, traslado_dr(FIRST, impuesto_dr="004"), "CRP20260 CRP20270 CRP20272", f"{_RATE}, and {_REPEATED}"
    ),
    "CRP20257": _of(
        IEPS_ALONE, traslado_dr(IEPS_ALONE, tipo_factor_dr="Parte"), "CRP20260 CRP20272", f"{_RATE}, and {_REPEATED}"
    ),
    "CRP20258": _of(
        EXEMPT_TOO,
        documento(
            EXEMPT_TOO,
            traslados_dr=(
                *EXEMPT_TOO.pagos.pagos[0].documentos[0].traslados_dr[:2],
                EXEMPT_TOO.pagos.pagos[0].documentos[0].traslados_dr[2]._replace(importe_dr=D("0.00")),
            ),
        ),
    ),
    "CRP20259": _of(FIRST, traslado_dr(FIRST, importe_dr=None)),
    "CRP20260": _of(
        IEPS_ALONE,
        traslado_dr(IEPS_ALONE, tasa_o_cuota_dr=D("0.100000"), importe_dr=D("100.00")),
        "CRP20272",
        _REPEATED,
    ),
    "CRP20261": _of(FIRST, traslado_dr(FIRST, importe_dr=D("551.730000"))),
    "CRP20262": _more_rows(WITHHELD, "CRP20263", _NO_DOCUMENT, retenciones_p=(RetencionP("004", D("0.000000")),)),
    "CRP20263": _more_rows(WITHHELD, retenciones_p=(RetencionP("003", D("0.000000")),)),
    "CRP20264": _totales(WITHHELD, "CRP20201 CRP20202", _SUM, total_retenciones_iva=None, total_retenciones_isr=None),
    "CRP20265": _of(WITHHELD, retencion_p(WITHHELD, importe_p=D("1000.000001"))),
    "CRP20266": _of(EXEMPT_TOO, traslado_p(EXEMPT_TOO, 2, importe_p=D("0.000000"))),
    "CRP20267": _totales(FIRST, "CRP20204", _SUM, total_traslados_base_iva16=None),
    "CRP20268": _of(FIRST, traslado_p(FIRST, base_p=D("3448.275863"))),
    "CRP20269": _of(EXEMPT_TOO, traslado_p(EXEMPT_TOO, 2, base_p=D("144.500001"))),
    "CRP20270": _more_rows(FIRST, "CRP20271", _NO_DOCUMENT, traslados_p=(TrasladoP(D("0.000000"), "004", "Exento"),)),
    "CRP20271": _more_rows(FIRST, traslados_p=(TrasladoP(D("0.000000"), "003", "Exento"),)),
    "CRP20272": _more_rows(
        FIRST,
        "CRP20271",
        _NO_DOCUMENT,
        traslados_p=(TrasladoP(D("0.000000"), "003", "Tasa", D("0.100000"), D("0.000000")),),
    ),
    "CRP20273": _totales(FIRST, "CRP20205", _SUM, total_traslados_impuesto_iva16=None),
    "CRP20274": _of(FIRST, traslado_p(FIRST, importe_p=D("551.724139"))),
    "CRP20276": _pago(of=IN_PESOS, monto=D("9990.00")),
    "CRP20277": _of(TWO_CURRENCIES, documento(TWO_CURRENCIES, equivalencia_dr=D(1))),
    "CRP20999": _pago(forma_de_pago_p="98"),
}

KEPT: dict[str, Comprobante] = {
    **{name: FIRST._replace(pagos=complement(name)) for name in PAYMENTS},
    "withheld": WITHHELD,
    "IEPS alone": IEPS_ALONE,
    "ISR alone": ISR_ALONE,
    "two currencies": TWO_CURRENCIES,
    "no taxes": NO_TAXES,
    "IVA of 8 %": LOWER_RATES,
    "tax of the document in cents": receipt(
        payment_of(PESOS._replace(traslados=(PESOS.traslados[0]._replace(importe=D("1600.01")),)), "4000.00")
    ),
    "a bank": pago(FIRST, **BANK),
    "a bank and its cadena": pago(FIRST, **BANK, **CADENA),
    "a foreign bank": pago(FIRST, rfc_emisor_cta_ord="XEXX010101000", nom_banco_ord_ext="BANK"),
    "more money than documents": receipt(payment_of(PESOS, "4000.00", monto=D("4000.01"))),
}
