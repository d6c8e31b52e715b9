"""SAT's two matrices, code by code: who finds it, a document that breaks that rule alone, and one that passes."""

import re
from collections import Counter

import pytest

from hub.cfdi import check
from hub.cfdi.rules.matrix import Treatment, matrix
from hub.cfdi.rules.rule import KINDS
from tests.support import rule_cases, rule_cases_pagos

pytestmark = pytest.mark.usefixtures("some_products_demand_something")
CASES = rule_cases.CASES | rule_cases_pagos.CASES
FOUND_BY_A_RULE = {entry.code.code for entry in matrix() if entry.treatment is Treatment.RULE}
RULES = [rule for kind in KINDS for rule in kind.all]
TIED = [code for code, case in CASES.items() if case.also]


def test_no_code_of_the_matrices_is_forgotten():
    cfdi = [*range(40101, 40223), 40999, *range(140223, 140228)]
    pagos = [*range(20101, 20124), *range(20201, 20280), 20999]

    assert [entry.code.code for entry in matrix()] == [f"CFDI{n}" for n in cfdi] + [f"CRP{n}" for n in pagos]


def test_a_code_is_a_rules_if_there_is_such_a_rule_and_only_one():
    assert Counter(rule.code for rule in RULES) == Counter(FOUND_BY_A_RULE)


def test_what_no_rule_finds_says_why():
    assert [entry.code.code for entry in matrix() if entry.treatment is not Treatment.RULE and not entry.why] == []


def test_every_code_that_a_rule_finds_has_its_two_documents():
    assert set(CASES) == FOUND_BY_A_RULE


@pytest.mark.parametrize("code", CASES)
def test_the_good_document_passes(code):
    assert check(CASES[code].good) == ()


@pytest.mark.parametrize("code", CASES)
def test_the_change_breaks_that_rule_and_no_other(code):
    case = CASES[code]

    assert {violation.code for violation in check(case.broken)} == {code, *case.also}


@pytest.mark.parametrize("code", TIED)
def test_rules_that_break_together_have_a_reason(code):
    assert CASES[code].why
    assert CASES[code].also <= FOUND_BY_A_RULE


def test_most_rules_break_alone():
    assert len(TIED) * 6 < len(CASES)


@pytest.mark.parametrize("entry", matrix(), ids=lambda entry: entry.code.code)
def test_every_code_tells_the_operator_what_is_wrong_and_what_to_do(entry):
    code = entry.code

    assert re.fullmatch(r"[A-ZÁÉÍÓÚ].*[^.]\.", code.reason_es)
    assert code.attribute
    assert code.remedy


def test_a_violation_says_the_reason_in_spanish():
    (violation,) = check(CASES["CFDI40119"].broken)

    assert violation.reason_es.startswith("El Total no es SubTotal - Descuento")
    assert violation.rule.startswith("Total = SubTotal")
