"""Rules of every CFDI: what they allow, how they answer to odd values, and what a violation tells."""

from decimal import Decimal

import pytest

from hub.cfdi import CfdiRelacionados, check
from tests.support.rule_cases import (
    BIMESTRAL,
    DOLLARS,
    FOR_A_FOREIGNER,
    FOREIGN,
    GLOBAL,
    IMPORTED,
    INGRESO,
    ON_COMMISSION,
    RELATED,
    TRASLADO,
    UNTAXED,
    UUID,
    Case,
    of_concepto,
    of_part,
    of_traslado,
)
from tests.support.worked_examples import EXAMPLES, document

D = Decimal
EGRESO = INGRESO._replace(tipo_de_comprobante="E", cfdi_relacionados=(CfdiRelacionados("01", (UUID,)),))


def codes(of):
    return [violation.code for violation in check(of.broken if isinstance(of, Case) else of)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_keep_every_rule(name):
    assert check(document(name)) == ()


GOOD = {
    "traslado": TRASLADO,
    "egreso": EGRESO,
    "sealed": INGRESO._replace(no_certificado="30001000000500003416"),
    "temporary export": INGRESO._replace(exportacion="03"),
    "two months": BIMESTRAL,
    "fortnight": of_part(GLOBAL, "informacion_global", periodicidad="03", meses="01").broken,
    "five years ago": of_part(GLOBAL, "informacion_global", anio="2021").broken,
    "substitute": RELATED,
    "pesos with their exchange rate": INGRESO._replace(tipo_cambio=D(1)),
    "on commission": ON_COMMISSION,
    "on commission for a seller abroad": FOR_A_FOREIGNER,
    "abroad": FOREIGN,
    "no object of tax": UNTAXED,
    "imported goods and their parts": IMPORTED,
    "a part without price": of_concepto(
        IMPORTED, partes=(IMPORTED.conceptos[0].partes[0]._replace(valor_unitario=None, importe=None),)
    ).broken,
    "rented out": of_concepto(INGRESO, cuenta_predial=("15956011002", "A1")).broken,
    "invoiced by the buyer": of_part(INGRESO, "emisor", fac_atr_adquirente="0123456789").broken,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_rules_allow_passes(name):
    assert check(GOOD[name]) == ()


OF_ONE_TYPE = [
    ("CFDI40103", TRASLADO._replace(forma_pago="01")),
    ("CFDI40125", TRASLADO._replace(metodo_pago="PUE")),
    ("CFDI40111", TRASLADO._replace(descuento=D(0))),
    ("CFDI40111", of_concepto(TRASLADO, descuento=D(0)).broken),
    ("CFDI40115", TRASLADO._replace(moneda="USD")),
    ("CFDI40105", EGRESO._replace(metodo_pago="PPD")),
    ("CFDI40119", EGRESO._replace(total=D("1159.98"))),
    ("CFDI40137", EGRESO._replace(cfdi_relacionados=(CfdiRelacionados("09", (UUID,)),))),
    ("CFDI40130", EGRESO._replace(informacion_global=GLOBAL.informacion_global)),
    ("CFDI40130", INGRESO._replace(informacion_global=GLOBAL.informacion_global)),
    ("CFDI40155", of_part(FOREIGN, "receptor", num_reg_id_trib="1").broken),
]


@pytest.mark.parametrize(("code", "comprobante"), OF_ONE_TYPE)
def test_what_a_type_of_document_forbids_is_the_only_finding(code, comprobante):
    assert codes(comprobante) == [code]


@pytest.mark.parametrize("anio", ["MMXXVI", "", "2027", "٢٠٢٦"])
def test_an_odd_year_is_a_finding_not_an_error(anio):
    assert codes(of_part(GLOBAL, "informacion_global", anio=anio)) == ["CFDI40136"]


def test_a_salary_earner_cannot_use_gastos_en_general():
    case = of_part(INGRESO, "receptor", rfc="GODE561231GR8", regimen_fiscal="605", uso_cfdi="G03")

    (violation,) = check(case.broken)

    assert (violation.code, violation.kind, violation.field) == ("CFDI40161", "buyer", "receptor.uso_cfdi")


def test_a_violation_points_at_the_row():
    (violation,) = check(of_traslado(INGRESO, importe=D("159.999300")).broken)

    assert violation.field == "conceptos[0].traslados[0].importe"


def test_a_tax_with_two_decimals_has_a_cent_of_tolerance_but_not_with_six():
    assert "CFDI40180" not in codes(of_traslado(DOLLARS, importe=D("15.85")))
    assert "CFDI40180" in codes(of_traslado(DOLLARS, importe=D("15.850000")))
