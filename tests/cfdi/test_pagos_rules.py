"""Rules of payments: what they allow, that the rules of every CFDI hold too, and what a violation tells."""

from decimal import Decimal

import pytest

from hub.cfdi import Impuestos, Traslado, check
from hub.cfdi.rules import lookup
from tests.support.rule_cases_pagos import FIRST, KEPT, documento, traslado_dr

D = Decimal


def _with_concepto(**changes):
    return FIRST._replace(conceptos=(FIRST.conceptos[0]._replace(**changes),))


@pytest.mark.parametrize("name", KEPT)
def test_a_good_receipt_keeps_every_rule(name):
    assert check(KEPT[name]) == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (FIRST._replace(forma_pago="03"), "CFDI40103"),
        (FIRST._replace(sub_total=D(1)), "CFDI40109"),
        (FIRST._replace(tipo_cambio=D(1)), "CFDI40116"),
        (FIRST._replace(total=D(1)), "CFDI40119"),
        (FIRST._replace(metodo_pago="PUE"), "CFDI40125"),
        (FIRST._replace(impuestos=Impuestos()), "CFDI40201"),
        (_with_concepto(traslados=(Traslado(D(1), "002", "Exento"),)), "CFDI40172"),
        (FIRST._replace(receptor=FIRST.receptor._replace(regimen_fiscal="612")), "CFDI40158"),
    ],
)
def test_the_rules_of_every_cfdi_hold_for_receipts_too(changed, code):
    assert code in {violation.code for violation in check(changed)}


def test_a_violation_points_at_the_row_of_the_document():
    (violation,) = check(documento(FIRST, imp_saldo_insoluto=D("7600.01")))

    assert violation.field == "pagos.pagos[0].documentos[0].imp_saldo_insoluto"
    assert (violation.kind, violation.rule[:16]) == ("ours", "ImpSaldoInsoluto")


def test_a_tax_with_two_decimals_has_a_cent_of_tolerance_but_not_with_six():
    assert "CRP20261" not in {v.code for v in check(traslado_dr(FIRST, importe_dr=D("551.73")))}
    assert "CRP20261" in {v.code for v in check(traslado_dr(FIRST, importe_dr=D("551.730000")))}


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
