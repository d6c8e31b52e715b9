"""RFCs: shape, person, check digit."""

import pytest

from hub.sat import rfc

REAL = [
    "EKU9003173C9",
    "URE180429TM6",
    "CACX7605101P8",
    "COSC8001137NA",
    "GODE561231GR8",
    "SAT970701NN3",
    "XIA190128J61",
]


@pytest.mark.parametrize("value", REAL)
def test_a_real_rfc_is_valid_and_its_check_digit_adds_up(value):
    assert rfc.is_valid(value)
    assert not rfc.looks_mistyped(value)


@pytest.mark.parametrize("value", REAL)
def test_a_wrong_first_letter_looks_mistyped(value):
    changed = ("B" if value[0] == "A" else "A") + value[1:]

    assert rfc.is_valid(changed)
    assert rfc.looks_mistyped(changed)


@pytest.mark.parametrize("value", ["", "A", "EKU9003173C", "eku9003173c9", "EKU 900317 3C9", "EKÚ9003173C9"])
def test_what_has_no_shape_of_an_rfc_looks_mistyped(value):
    assert rfc.looks_mistyped(value)


@pytest.mark.parametrize("value", ["XAXX010101000", "XEXX010101000"])
def test_the_generic_rfcs_are_never_warned_about(value):
    assert rfc.is_generic(value)
    assert rfc.is_valid(value)
    assert not rfc.looks_mistyped(value)


@pytest.mark.parametrize("typed", ["eku-900317-3c9", " EKU 900317 3C9 ", "EKU9003173C9", "eku.900317.3c9"])
def test_people_type_it_in_many_ways(typed):
    assert rfc.normalize(typed) == "EKU9003173C9"


@pytest.mark.parametrize(
    "value", ["", "EKU900317", "EKU9013173C9", "EKU9003323C9", "1KU9003173C9", "EKU9003173C9X", "EKU9003173CB"]
)
def test_what_sats_schema_refuses_is_not_valid(value):
    assert not rfc.is_valid(value)


def test_ene_and_ampersand_are_letters_of_an_rfc():
    assert rfc.is_valid("Ñ&A010101AB1")
    assert rfc.check_digit("Ñ&A010101AB1") in "0123456789A"


def test_twelve_characters_are_a_company_thirteen_a_person():
    assert rfc.person("EKU9003173C9") == "moral"
    assert rfc.person("CACX7605101P8") == "fisica"
