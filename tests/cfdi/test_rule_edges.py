"""Where a rule begins and ends: every key of its lists, the last value it takes and the first it does not."""

from decimal import Decimal

import pytest

from hub.cfdi import CfdiRelacionados, ImpuestoRetenido, Retencion, RetencionDR, Traslado, check
from tests.support import rule_cases, rule_cases_pagos
from tests.support.rule_cases import (
    BIMESTRAL,
    DOLLARS,
    FOREIGN,
    GLOBAL,
    IMPORTED,
    INGRESO,
    MIXED,
    ON_COMMISSION,
    RETAINED,
    TRASLADO,
    UNTAXED,
    UNTAXED_LINE,
    made_of,
    of_concepto,
    of_part,
    of_totals,
    of_traslado,
)
from tests.support.rule_cases_pagos import (
    EXEMPT_TOO,
    FIRST,
    IEPS_ALONE,
    ISR_ALONE,
    WITHHELD,
    documento,
    pago,
    summed,
)

D = Decimal
NOMINA = INGRESO._replace(tipo_de_comprobante="N", forma_pago=None)
PAGO = TRASLADO._replace(tipo_de_comprobante="P")
ISR = Retencion(D("100.00"), "001", "Tasa", D("0.100000"), D("10.00"))
IVA = Retencion(D("100.00"), "002", "Tasa", D("0.106667"), D("10.67"))
IEPS = Retencion(D("100.00"), "003", "Tasa", D("0.265000"), D("26.50"))
PER_LITRE = Retencion(D("1.00"), "003", "Cuota", D("6.000000"), D("6.00"))
IVA_16 = Traslado(D("100.00"), "002", "Tasa", D("0.160000"), D("16.00"))
IEPS_8 = Traslado(D("100.00"), "003", "Tasa", D("0.080000"), D("8.00"))
EXENTO = Traslado(D("100.00"), "002", "Exento")


def emisor(**changes):
    return of_part(INGRESO, "emisor", **changes).broken


def receptor(**changes):
    return of_part(INGRESO, "receptor", **changes).broken


def line(objeto_imp, traslados=(), retenciones=()):
    concepto = UNTAXED_LINE._replace(objeto_imp=objeto_imp, traslados=traslados, retenciones=retenciones)
    return made_of(INGRESO, [concepto])


def principal(**changes):
    tercero = ON_COMMISSION.conceptos[0].a_cuenta_terceros._replace(**changes)
    return of_concepto(INGRESO, a_cuenta_terceros=tercero).broken


def parte(**changes):
    return of_concepto(IMPORTED, partes=(IMPORTED.conceptos[0].partes[0]._replace(**changes),)).broken


def period(of, **changes):
    return of_part(of, "informacion_global", **changes).broken


EDGES = [
    (NOMINA, ""),
    (NOMINA._replace(forma_pago="03"), "CFDI40103"),
    (NOMINA._replace(sub_total=D("999.98"), total=D("1159.98")), "CFDI40108"),
    (made_of(NOMINA, [UNTAXED_LINE._replace(valor_unitario=D(0), importe=D(0))]), "CFDI40166"),
    (made_of(INGRESO._replace(tipo_de_comprobante="E"), [UNTAXED_LINE._replace(valor_unitario=D(0), importe=D(0))]),
     "CFDI40166"),
    (INGRESO._replace(tipo_de_comprobante="E", sub_total=D("999.98"), total=D("1159.98")), "CFDI40108"),
    (INGRESO._replace(metodo_pago="PPD", forma_pago="99"), ""),
    (PAGO, ""),
    (PAGO._replace(forma_pago="01"), "CFDI40103"),
    (PAGO._replace(sub_total=D(1), total=D(1)), "CFDI40109"),
    (PAGO._replace(metodo_pago="PUE"), "CFDI40125"),
    (PAGO._replace(impuestos=rule_cases.Impuestos()), "CFDI40201"),
    (of_concepto(PAGO._replace(descuento=D(0)), descuento=D(0)).broken, "CFDI40111"),
    (of_concepto(TRASLADO._replace(descuento=D(0)), descuento=D(0)).broken, "CFDI40111"),
    (DOLLARS._replace(tipo_cambio=D("9" * 18)), ""),
    (DOLLARS._replace(tipo_cambio=D(10**18)), "CFDI40117"),
    (DOLLARS._replace(tipo_cambio=D("0.5")), ""),
    (DOLLARS._replace(tipo_cambio=D(0)), "CFDI40117"),
    (DOLLARS._replace(tipo_cambio=D("18.123456")), ""),
    (of_concepto(UNTAXED._replace(moneda="ZZZ", tipo_cambio=D(1), sub_total=D("100.000001"), total=D("100.000001")),
                 importe=D("100.000001")).broken, "CFDI40113"),
    (of_part(FOREIGN, "receptor", domicilio_fiscal="06600").broken, "CFDI40149"),
    (of_traslado(MIXED, 2, tasa_o_cuota=D(0), importe=D(0)).broken, "CFDI40177 CFDI40179 CFDI40216 CFDI40218"),
    (of_traslado(MIXED, 1, tasa_o_cuota=None).broken, "CFDI40178 CFDI40215 CFDI40218"),
    (emisor(nombre="X" * 300), ""),
    (emisor(nombre="X" * 301), "CFDI40138"),
    (emisor(nombre=""), "CFDI40138"),
    (receptor(nombre="X" * 300), ""),
    (receptor(nombre="X" * 301), "CFDI40144"),
    (principal(nombre="X" * 300), ""),
    (principal(nombre="X" * 301), "CFDI40189"),
    (line("02", (EXENTO,)), ""),
    *[(line(objeto), "") for objeto in ("01", "03", "04", "05", "06", "08")],
    *[(line(objeto, (IVA_16,)), "CFDI40172") for objeto in ("01", "03", "04", "05")],
    *[(line(objeto, (), (ISR,)), "") for objeto in ("06", "08")],
    *[(line(objeto, (IVA_16,)), "CFDI140226") for objeto in ("06", "08")],
    *[(line(objeto, (IEPS_8,), (ISR,)), "CFDI140226") for objeto in ("06", "08")],
    *[(line(objeto, (), (ISR, IVA)), "CFDI140226") for objeto in ("06", "08")],
    (line("07", (IEPS_8,)), ""),
    (line("07", (IEPS_8,), (ISR, IEPS)), ""),
    (line("07", (IEPS_8,), (ISR, IVA)), "CFDI140227"),
    (line("07", (IEPS_8, IVA_16)), "CFDI140227"),
    (line("07", (), (ISR,)), "CFDI140227"),
    (line("02", (), (ISR._replace(base=D("0.50"), importe=D("0.05")),)), ""),
    (line("02", (), (IEPS,)), ""),
    (line("02", (), (PER_LITRE,)), ""),
    (line("02", (IVA_16._replace(base=D("0.50"), importe=D("0.08")),)), ""),
    (parte(valor_unitario=D("0.50"), importe=D("1.00")), ""),
    (parte(informacion_aduanera=("15  48  3009  0001234", "1")), "CFDI40199"),
    (of_concepto(INGRESO, informacion_aduanera=("15  48  3009  0001234", "1")).broken, "CFDI40194"),
    *[(period(BIMESTRAL, meses=meses), "") for meses in ("13", "14", "15", "16", "17", "18")],
    *[(period(GLOBAL, meses=meses), "CFDI40134") for meses in ("13", "14", "15", "16", "17", "18")],
    *[(period(BIMESTRAL, meses=meses), "CFDI40135") for meses in ("01", "12")],
    (of_totals(RETAINED, retenciones=(), total_impuestos_retenidos=None).broken, "CFDI40208"),
    (of_totals(INGRESO, retenciones=(ImpuestoRetenido("001", D("0.00")),), total_impuestos_retenidos=D("0.00")).broken,
     "CFDI40208"),
    (GLOBAL._replace(fecha="MMXXVI"), "CFDI40101 CFDI40136"),
    (GLOBAL._replace(fecha="202X-11-20T12:00:00"), "CFDI40101 CFDI40136"),
]  # fmt: skip
ACCOUNTS = {  # form of payment: lengths that may pay, lengths that may receive
    "02": ({11, 18}, {10, 11, 15, 16, 18}),
    "03": ({10, 16, 18}, {10, 18}),
    "04": ({16}, {10, 11, 15, 16, 18}),
    "06": ({10}, None),
    "28": ({16}, {10, 11, 15, 16, 18}),
    "29": ({15, 16}, {10, 11, 15, 16, 18}),
}
LENGTHS = (10, 11, 12, 15, 16, 17, 18, 50)


def _of_document(objeto_imp, traslados, retenciones):
    """A receipt whose only document has these taxes; they are borrowed from others."""
    taxes = {"IVA": FIRST, "IEPS": IEPS_ALONE, "ISR": ISR_ALONE, "ISR and IVA": WITHHELD, "": None}
    rows = [taxes[name].pagos.pagos[0].documentos[0] if taxes[name] else None for name in (traslados, retenciones)]
    return summed(
        documento(
            FIRST,
            objeto_imp_dr=objeto_imp,
            traslados_dr=rows[0].traslados_dr if rows[0] else (),
            retenciones_dr=rows[1].retenciones_dr if rows[1] else (),
        )
    )


def _withheld(*retencion):
    return summed(documento(FIRST, retenciones_dr=(RetencionDR(*retencion),)))


EDGES_OF_PAGOS = [
    (pago(FIRST, tipo_cambio_p=None), "CRP20215"),
    (documento(FIRST, equivalencia_dr=None), "CRP20238"),
    (documento(FIRST, imp_saldo_ant=D("0.50"), imp_pagado=D("0.50"), imp_saldo_insoluto=D("0.00")), ""),
    *[(_of_document(objeto, "", ""), "") for objeto in ("01", "03", "04", "05", "06", "08")],
    *[(_of_document(objeto, "IVA", ""), "CRP20247") for objeto in ("01", "03", "04", "05")],
    *[(_of_document(objeto, "", "ISR"), "") for objeto in ("06", "08")],
    *[(_of_document(objeto, "IVA", ""), "CRP20278") for objeto in ("06", "08")],
    *[(_of_document(objeto, "", "ISR and IVA"), "CRP20278") for objeto in ("06", "08")],
    (_of_document("07", "IEPS", "ISR"), ""),
    (_of_document("07", "IEPS", "ISR and IVA"), "CRP20279"),
    (_of_document("07", "", "ISR"), "CRP20279"),
    (summed(documento(EXEMPT_TOO, traslados_dr=EXEMPT_TOO.pagos.pagos[0].documentos[0].traslados_dr[2:])), ""),
    (_withheld(D("0.50"), "001", "Tasa", D("0.100000"), D("0.05")), ""),
    (_withheld(D("1.00"), "003", "Cuota", D("6.000000"), D("6.00")), ""),
    (pago(FIRST, moneda_p="ZZZ", monto=D("4000.000001")), "CRP20999"),
]
OF_THE_CONCEPTO = {
    "CRP20112": {"partes": IMPORTED.conceptos[0].partes},
    "CRP20113": {"clave_prod_serv": "01010101"},
    "CRP20114": {"no_identificacion": "1"},
    "CRP20115": {"cantidad": D("1.0")},
    "CRP20116": {"clave_unidad": "E48"},
    "CRP20117": {"unidad": "Pago"},
    "CRP20118": {"descripcion": "Abono"},
    "CRP20119": {"valor_unitario": D("0.00")},
    "CRP20120": {"importe": D("0.00")},
    "CRP20121": {"descuento": D(0)},
    "CRP20122": {"objeto_imp": "03"},
    "CRP20123": {"traslados": (Traslado(D(1), "002", "Exento"),)},
}


def codes(comprobante):
    return {violation.code for violation in check(comprobante)}


@pytest.mark.parametrize(("comprobante", "wanted"), EDGES)
def test_the_edges_of_the_rules_of_every_cfdi(comprobante, wanted):
    assert codes(comprobante) == set(wanted.split())


@pytest.mark.parametrize(("comprobante", "wanted"), EDGES_OF_PAGOS)
def test_the_edges_of_the_rules_of_payments(comprobante, wanted):
    assert codes(comprobante) == set(wanted.split())


def test_one_relation_that_is_in_the_catalog_does_not_speak_for_another():
    uuid = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
    relations = (CfdiRelacionados("04", (uuid,)), CfdiRelacionados("99", (uuid,)))
    assert "CFDI40137" in codes(rule_cases.INGRESO._replace(cfdi_relacionados=relations))


@pytest.mark.parametrize("code", OF_THE_CONCEPTO)
def test_every_concepto_of_a_receipt_is_looked_at(code):
    first = FIRST.conceptos[0]
    conceptos = (first, first._replace(**OF_THE_CONCEPTO[code]))

    assert codes(FIRST._replace(conceptos=conceptos)) == {code, "CRP20111", *rule_cases_pagos.CASES[code].also}


@pytest.mark.parametrize("form", ACCOUNTS)
@pytest.mark.parametrize("length", LENGTHS)
def test_accounts_have_the_lengths_of_their_form_of_payment(form, length):
    pays, receives = ACCOUNTS[form]
    account = "1" * length

    assert codes(pago(FIRST, forma_de_pago_p=form, cta_ordenante=account)) == (
        set() if length in pays else {"CRP20225"}
    )
    wanted = "CRP20228" if receives is None else "CRP20226"
    # Besides the lengths of digits, ten and more digits and letters stand for a card or an account abroad.
    fits = receives is not None and (length in receives or form != "03")
    assert codes(pago(FIRST, forma_de_pago_p=form, cta_beneficiario=account)) == (set() if fits else {wanted})


def test_a_monedero_pays_with_letters_too():
    assert codes(pago(FIRST, forma_de_pago_p="05", cta_ordenante="MONEDERO_01")) == set()


@pytest.mark.parametrize("form", ["02", "03", "04", "05", "06", "28", "29"])
def test_banks_are_told_of_banked_forms(form):
    paying = pago(FIRST, forma_de_pago_p=form, rfc_emisor_cta_ord="BBA830831LJ2")
    receiving = pago(FIRST, forma_de_pago_p=form, rfc_emisor_cta_ben="BSM970519DU8")

    assert codes(paying) == set()
    assert codes(receiving) == ({"CRP20227"} if form == "06" else set())


@pytest.mark.parametrize("code", rule_cases.CASES | rule_cases_pagos.CASES)
def test_the_field_of_a_violation_is_a_place_of_the_document(code):
    broken = (rule_cases.CASES | rule_cases_pagos.CASES)[code].broken

    for violation in check(broken):
        node = broken
        for step in violation.field.replace("[", ".").replace("]", "").split("."):
            node = node[int(step)] if step.isdigit() else getattr(node, step)
            if node is None:
                break
