"""`check` with the sealed bytes: SAT's schema is asked about them instead of the hub's knowledge of it."""

import pytest

from hub.cfdi import check
from hub.cfdi.rules import shape
from tests.support.odd_documents import good_documents
from tests.support.whole_documents import written
from tests.support.worked_examples import document

GOOD = document("iva_16")


@pytest.mark.parametrize("comprobante", good_documents()[::5])
def test_good_bytes_of_a_good_document_pass(comprobante):
    assert check(comprobante, written(comprobante).encode()) == ()


def test_a_rule_is_told_of_a_document_whose_bytes_are_valid():
    wrong = GOOD._replace(total=GOOD.total + 1)

    assert check(wrong, written(wrong).encode()) == check(wrong)
    assert [violation.code for violation in check(wrong)] == ["CFDI40119"]


def test_a_value_that_the_schema_refuses_is_told_as_without_the_bytes():
    wrong = GOOD._replace(serie="x" * 26, total=GOOD.total + 1)

    assert check(wrong, written(wrong).encode()) == check(wrong) == shape.broken(wrong)


def test_bytes_that_are_not_those_of_the_document_are_told_in_the_words_of_the_schema():
    (violation,) = check(GOOD, written(GOOD).replace(' Version="4.0"', "").encode())

    assert (violation.code, violation.field) == ("301", "/cfdi:Comprobante")
    assert "Version" in violation.rule
