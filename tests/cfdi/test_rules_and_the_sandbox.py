"""Two opinions that know nothing of each other: what the hub's rules pass, the sandbox PAC accepts, and the reverse."""

from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from hub.cfdi import Csd, check, seal
from hub.cfdi.rules.matrix import Treatment, matrix
from hub.testing.csd import make_csd
from pac_providers.sandbox.checks import checked
from pac_providers.sandbox.padron import Padron
from pac_providers.sandbox.refusal import Refused
from tests.support import rule_cases, rule_cases_pagos
from tests.support.built_documents import built_documents
from tests.support.odd_documents import odd_documents

CASES = rule_cases.CASES | rule_cases_pagos.CASES
RULE = {entry.code.code for entry in matrix() if entry.treatment is Treatment.RULE}
NEEDS_LISTS = {
    e.code.code for e in matrix() if e.treatment is Treatment.LIST or (e.treatment is Treatment.RULE and e.why)
}
NOW = datetime(2026, 11, 20, 21, tzinfo=UTC)
SCHEMA = "301"
NOT_THE_PACS = {
    "CFDI40106",  # its attribute is written by the seal
    "CFDI40163",  # the sandbox goes by SAT's schema, which does not say what a product demands
    "CFDI40164",
}


@cache
def csd(rfc):
    made = make_csd(rfc, "ESCUELA KEMPER URGATE", valid_from=datetime(2025, 1, 1, tzinfo=UTC))
    return Csd.load(made.cer, made.key, made.password)


def refusal_of(comprobante):
    """The sandbox's first code, `None` if it would stamp."""
    try:
        checked(seal(comprobante, csd(comprobante.emisor.rfc)).xml, Padron(), NOW)
    except Refused as refused:
        return refused.code
    return None


def findings_in(comprobante):
    return {violation.code for violation in check(comprobante)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(built_documents())
def test_what_the_core_builds_passes_the_rules_and_the_pac(comprobante):
    assert findings_in(comprobante) == set()
    assert refusal_of(comprobante) is None


@settings(max_examples=400, deadline=None)
@given(odd_documents())
def test_rules_and_pac_agree_on_odd_documents(comprobante):
    found = findings_in(comprobante)
    try:
        refusal = refusal_of(comprobante)
    except ValueError:  # characters that XML cannot carry
        assert found
        return
    if refusal is None:
        assert found <= {SCHEMA}  # the hub wants numbers written with no more digits than they have
    elif not found:
        assert refusal in NEEDS_LISTS
    elif refusal in RULE - NEEDS_LISTS and found != {SCHEMA}:
        assert refusal in found


@pytest.mark.parametrize("code", CASES)
def test_the_pac_accepts_the_good_document_of_every_rule(code):
    assert refusal_of(CASES[code].good) is None


@pytest.mark.parametrize("code", sorted(CASES.keys() - NOT_THE_PACS))
def test_the_pac_refuses_the_broken_document_of_every_rule(code):
    case = CASES[code]

    assert refusal_of(case.broken) in {code, *case.also, SCHEMA}
