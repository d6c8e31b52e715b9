"""Each rule of payments is seen to fail once: one change to a good receipt, the code that SAT would answer."""

from decimal import Decimal

import pytest

from hub.cfdi import Impuestos, PaymentIn, Retencion, RetencionP, Traslado, check, next_parcialidad
from hub.cfdi.rules import CODES, lookup
from hub.cfdi.rules.pagos import kinds
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


def concepto(**changes):
    return FIRST._replace(conceptos=(FIRST.conceptos[0]._replace(**changes),))


def totales(of, **changes):
    return of._replace(pagos=of.pagos._replace(totales=of.pagos.totales._replace(**changes)))


def pago(of=FIRST, **changes):
    first, *others = of.pagos.pagos
    return of._replace(pagos=of.pagos._replace(pagos=(first._replace(**changes), *others)))


def documento(of=FIRST, **changes):
    first, *others = of.pagos.pagos[0].documentos
    return pago(of, documentos=(first._replace(**changes), *others))


def traslado_dr(of=FIRST, **changes):
    first, *others = of.pagos.pagos[0].documentos[0].traslados_dr
    return documento(of, traslados_dr=(first._replace(**changes), *others))


def retencion_dr(**changes):
    first, *others = WITHHELD.pagos.pagos[0].documentos[0].retenciones_dr
    return documento(WITHHELD, retenciones_dr=(first._replace(**changes), *others))


def traslado_p(of=FIRST, row=0, **changes):
    rows = list(of.pagos.pagos[0].traslados_p)
    rows[row] = rows[row]._replace(**changes)
    return pago(of, traslados_p=tuple(rows))


def retencion_p(**changes):
    first, *others = WITHHELD.pagos.pagos[0].retenciones_p
    return pago(WITHHELD, retenciones_p=(first._replace(**changes), *others))


KEPT = {
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
    "a bank": pago(**BANK),
    "a bank and its cadena": pago(**BANK, **CADENA),
    "a foreign bank": pago(rfc_emisor_cta_ord="XEXX010101000", nom_banco_ord_ext="BANK"),
    "more money than documents": receipt(payment_of(PESOS, "4000.00", monto=D("4000.01"))),
}

# The change, and the other rules that it cannot but break.
BROKEN = {
    "CRP20101": (FIRST._replace(tipo_de_comprobante="T"), ""),
    "CRP20102": (FIRST._replace(exportacion="02"), ""),
    "CRP20103": (FIRST._replace(sub_total=D("0.00")), ""),
    "CRP20104": (FIRST._replace(moneda="MXN"), ""),
    "CRP20105": (FIRST._replace(forma_pago="03"), ""),
    "CRP20106": (FIRST._replace(metodo_pago="PUE"), ""),
    "CRP20107": (FIRST._replace(condiciones_de_pago="contado"), ""),
    "CRP20108": (FIRST._replace(descuento=D(0)), ""),
    "CRP20109": (FIRST._replace(tipo_cambio=D(1)), ""),
    "CRP20110": (FIRST._replace(total=D("0.00")), ""),
    "CRP20111": (FIRST._replace(conceptos=FIRST.conceptos * 2), ""),
    "CRP20113": (concepto(clave_prod_serv="01010101"), ""),
    "CRP20114": (concepto(no_identificacion="1"), ""),
    "CRP20115": (concepto(cantidad=D("1.0")), ""),
    "CRP20116": (concepto(clave_unidad="E48"), ""),
    "CRP20117": (concepto(unidad="Pago"), ""),
    "CRP20118": (concepto(descripcion="Abono"), ""),
    "CRP20119": (concepto(valor_unitario=D("0.00")), ""),
    "CRP20120": (concepto(importe=D("0.00")), ""),
    "CRP20121": (concepto(descuento=D(0)), ""),
    "CRP20122": (concepto(objeto_imp="03"), ""),
    "CRP20123": (concepto(traslados=(Traslado(D(1), "002", "Exento"),)), ""),
    "CRP20201": (totales(WITHHELD, total_retenciones_iva=D("1066.68")), ""),
    "CRP20202": (totales(WITHHELD, total_retenciones_isr=None), ""),
    "CRP20203": (totales(FIRST, total_retenciones_ieps=D("1.00")), ""),
    "CRP20204": (totales(FIRST, total_traslados_base_iva16=D("3448.27")), ""),
    "CRP20205": (totales(FIRST, total_traslados_impuesto_iva16=D("551.73")), ""),
    "CRP20206": (totales(LOWER_RATES, total_traslados_base_iva8=D("99.00")), ""),
    "CRP20207": (totales(FIRST, total_traslados_impuesto_iva8=D("0.00")), ""),
    "CRP20208": (totales(EXEMPT_TOO, total_traslados_base_iva0=None), ""),
    "CRP20209": (totales(EXEMPT_TOO, total_traslados_impuesto_iva0=None), ""),
    "CRP20210": (totales(EXEMPT_TOO, total_traslados_base_iva_exento=D("144.51")), ""),
    "CRP20211": (totales(IN_DOLLARS, monto_total_pagos=D("11600.00")), ""),
    "CRP20264": (
        totales(WITHHELD, total_retenciones_iva=None, total_retenciones_isr=None),
        "CRP20201 CRP20202",
    ),
    "CRP20267": (totales(FIRST, total_traslados_base_iva16=None), "CRP20204"),
    "CRP20273": (totales(FIRST, total_traslados_impuesto_iva16=None), "CRP20205"),
    "CRP20212": (pago(forma_de_pago_p="99"), ""),
    "CRP20213": (pago(moneda_p="XXX", tipo_cambio_p=D(1)), "CRP20219"),
    "CRP20214": (pago(IN_DOLLARS, tipo_cambio_p=None), "CRP20204 CRP20205 CRP20211"),
    "CRP20215": (pago(tipo_cambio_p=D("1.000000")), ""),
    "CRP20217": (pago(totales(FIRST, monto_total_pagos=D("3999.99")), monto=D("3999.99")), ""),
    "CRP20218": (pago(totales(FIRST, monto_total_pagos=D("0.00")), monto=D("0.00")), "CRP20217"),
    "CRP20219": (pago(monto=D("4000.000")), ""),
    "CRP20237": (documento(IN_PESOS, equivalencia_dr=None), "CRP20268 CRP20274"),
    "CRP20238": (documento(equivalencia_dr=D("1.01")), "CRP20268 CRP20274"),
    "CRP20276": (pago(totales(IN_PESOS, monto_total_pagos=D("9990.00")), monto=D("9990.00")), ""),
    "CRP20277": (documento(TWO_CURRENCIES, equivalencia_dr=D(1)), ""),
    "CRP20999": (pago(forma_de_pago_p="98"), ""),
    "CRP20221": (pago(forma_de_pago_p="01", rfc_emisor_cta_ord="BBA830831LJ2"), ""),
    "CRP20223": (pago(rfc_emisor_cta_ord="XEXX010101000"), ""),
    "CRP20224": (pago(forma_de_pago_p="01", cta_ordenante="1234567890"), ""),
    "CRP20225": (pago(cta_ordenante="123456789012345"), ""),
    "CRP20226": (pago(cta_beneficiario="1234567890123456"), ""),
    "CRP20227": (pago(forma_de_pago_p="06", rfc_emisor_cta_ben="BSM970519DU8"), ""),
    "CRP20228": (pago(forma_de_pago_p="01", cta_beneficiario="1234567890"), ""),
    "CRP20229": (pago(forma_de_pago_p="02", **CADENA), ""),
    "CRP20230": (pago(**{**CADENA, "cert_pago": None}), ""),
    "CRP20231": (pago(cert_pago="YQ=="), ""),
    "CRP20232": (pago(**{**CADENA, "cad_pago": None}), ""),
    "CRP20233": (pago(cad_pago="||a||"), ""),
    "CRP20234": (pago(**{**CADENA, "sello_pago": None}), ""),
    "CRP20235": (pago(sello_pago="YQ=="), ""),
    "CRP20236": (documento(IN_PESOS, moneda_dr="XXX"), "CRP20240 CRP20242 CRP20243"),
    "CRP20239": (documento(imp_saldo_ant=D("0.00"), imp_saldo_insoluto=D("0.00")), "CRP20244"),
    "CRP20240": (documento(imp_saldo_ant=D("11600.000")), ""),
    "CRP20241": (documento(imp_pagado=D("0.00"), imp_saldo_insoluto=D("11600.00")), ""),
    "CRP20242": (documento(imp_pagado=D("4000.000")), ""),
    "CRP20243": (documento(imp_saldo_insoluto=D("7600.000")), ""),
    "CRP20244": (documento(imp_saldo_insoluto=D("7600.01")), ""),
    "CRP20245": (documento(objeto_imp_dr="09"), ""),
    "CRP20246": (documento(NO_TAXES, objeto_imp_dr="02"), ""),
    "CRP20247": (documento(objeto_imp_dr="03"), ""),
    "CRP20278": (documento(objeto_imp_dr="06"), ""),
    "CRP20279": (documento(objeto_imp_dr="07"), ""),
    "CRP20249": (retencion_dr(base_dr=D("0.00")), "CRP20254"),
    "CRP20250": (retencion_dr(impuesto_dr="004"), "CRP20253 CRP20263"),
    "CRP20251": (retencion_dr(tipo_factor_dr="Parte"), "CRP20253"),
    "CRP20252": (retencion_dr(tipo_factor_dr="Exento"), "CRP20253"),
    "CRP20253": (retencion_dr(tasa_o_cuota_dr=D("0.360000"), base_dr=D("2777.777778")), ""),
    "CRP20254": (retencion_dr(base_dr=D("10000.010000")), ""),
    "CRP20255": (traslado_dr(EXEMPT_TOO, base_dr=D("0.00"), importe_dr=D("0.00")), "CRP20268 CRP20274"),
    "CRP20256": (traslado_dr(impuesto_dr="004"), "CRP20260 CRP20271"),
    "CRP20257": (traslado_dr(tipo_factor_dr="Parte"), "CRP20260 CRP20271"),
    "CRP20258": (traslado_dr(tipo_factor_dr="Exento"), "CRP20260 CRP20271"),
    "CRP20259": (traslado_dr(importe_dr=None), "CRP20274"),
    "CRP20260": (traslado_dr(tasa_o_cuota_dr=D("0.150000"), importe_dr=D("517.241379")), "CRP20271"),
    "CRP20261": (traslado_dr(importe_dr=D("551.730000")), "CRP20274"),
    "CRP20262": (retencion_p(impuesto_p="004"), "CRP20202 CRP20263"),
    "CRP20263": (
        pago(NO_TAXES, retenciones_p=(RetencionP("001", D("0.000000")),)),
        "CRP20202 CRP20264",
    ),
    "CRP20265": (retencion_p(importe_p=D("1000.000001")), ""),
    "CRP20266": (traslado_p(EXEMPT_TOO, 2, tasa_o_cuota_p=D(0), importe_p=D(0)), "CRP20210 CRP20271 CRP20272"),
    "CRP20268": (traslado_p(base_p=D("3448.275863")), ""),
    "CRP20269": (traslado_p(EXEMPT_TOO, 2, base_p=D("144.500001")), ""),
    "CRP20270": (traslado_p(IEPS_ALONE, impuesto_p="004"), "CRP20271 CRP20272"),
    "CRP20271": (
        pago(IEPS_ALONE, traslados_p=IEPS_ALONE.pagos.pagos[0].traslados_p * 2),
        "",
    ),
    "CRP20272": (traslado_p(IEPS_ALONE, tasa_o_cuota_p=D("0.100000")), "CRP20271"),
    "CRP20274": (traslado_p(importe_p=D("551.724139")), ""),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_good_receipt_keeps_every_rule(name):
    assert check(KEPT[name]) == ()


@pytest.mark.parametrize("code", BROKEN)
def test_the_change_breaks_that_rule_of_payments_and_no_other(code):
    changed, companions = BROKEN[code]

    assert {v.code for v in check(changed) if v.code.startswith("CRP")} == {code, *companions.split()}


def test_every_rule_of_payments_is_seen_to_fail():
    rules = (rule for kind in vars(kinds).values() if isinstance(kind, kinds.Rules) for rule in kind.all)

    assert {rule.code for rule in rules} == set(BROKEN)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (FIRST._replace(forma_pago="03"), "CFDI40103"),
        (FIRST._replace(sub_total=D(1)), "CFDI40109"),
        (FIRST._replace(tipo_cambio=D(1)), "CFDI40116"),
        (FIRST._replace(total=D(1)), "CFDI40119"),
        (FIRST._replace(metodo_pago="PUE"), "CFDI40125"),
        (FIRST._replace(impuestos=Impuestos()), "CFDI40201"),
        (concepto(traslados=(Traslado(D(1), "002", "Exento"),)), "CFDI40172"),
        (FIRST._replace(receptor=FIRST.receptor._replace(regimen_fiscal="612")), "CFDI40158"),
    ],
)
def test_the_rules_of_every_cfdi_hold_for_receipts_too(changed, code):
    assert code in {violation.code for violation in check(changed)}


def test_a_violation_points_at_the_row_of_the_document():
    (violation,) = check(documento(imp_saldo_insoluto=D("7600.01")))

    assert violation.field == "pagos.pagos[0].documentos[0].imp_saldo_insoluto"
    assert (violation.kind, violation.rule[:16]) == ("ours", "ImpSaldoInsoluto")


def test_a_tax_with_two_decimals_has_a_cent_of_tolerance_but_not_with_six():
    assert "CRP20261" not in {v.code for v in check(traslado_dr(importe_dr=D("551.73")))}
    assert "CRP20261" in {v.code for v in check(traslado_dr(importe_dr=D("551.730000")))}


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        ("CRP20217", "CRP20217", "ours"),
        ("crp20222 - RfcEmisorCtaOrd", "CRP20222", "issuer"),
        ("Error CRP20244: ImpSaldoInsoluto", "CRP20244", "ours"),
        ("CRP20999", "CRP20999", "ours"),
        ("CRP20500", "CRP20500", "ours"),
    ],
)
def test_a_pacs_answer_about_payments_is_read_by_its_code(answer, code, kind):
    found = lookup(answer)

    assert (found.code, found.kind, found.field) == (code, kind, None)


def test_every_code_of_the_matrix_of_payments_is_known():
    assert {f"CRP{n}" for n in (*range(20101, 20124), *range(20201, 20280), 20999)} <= set(CODES)
