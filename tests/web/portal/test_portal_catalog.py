"""The lists of régimen and uso never offer what SAT refuses, and never lose what was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sat.regimen_uso import allows
from hub.web.portal import catalog

RFCS = {"moral": "ABC010203AB1", "fisica": "LOGA850101AB2"}
regimenes = st.sampled_from(sorted(catalog.REGIMENES))
usos = st.sampled_from(sorted(catalog.USOS))
rfcs = st.sampled_from(["", "ABC", *RFCS.values()])


def offered(choices: catalog.Choices) -> set[str]:
    return {choice.value for group in choices.offered for choice in group.choices}


@pytest.mark.parametrize("person", RFCS)
def test_an_rfc_sees_the_regimenes_of_its_kind(person: str) -> None:
    (group,) = catalog.regimen_choices(RFCS[person], "").offered
    assert group.person == person
    assert "626" in offered(catalog.regimen_choices(RFCS[person], ""))


def test_an_unknown_rfc_sees_both_kinds() -> None:
    assert [group.label for group in catalog.regimen_choices("", "").offered] == ["Persona física", "Empresa"]


@given(rfcs, regimenes)
def test_a_chosen_regimen_is_always_there(rfc: str, chosen: str) -> None:
    assert chosen in offered(catalog.regimen_choices(rfc, chosen))


@given(st.sampled_from(sorted(RFCS)), regimenes)
def test_what_is_offered_is_allowed(person: str, regimen: str) -> None:
    if not any(allows(regimen, uso, person) for uso in catalog.USOS):
        return
    uso = catalog.default_uso(regimen, RFCS[person])
    for key in offered(catalog.uso_choices(regimen, RFCS[person], uso)):
        assert allows(regimen, key, person)


@given(rfcs, regimenes, usos)
def test_a_chosen_uso_is_always_there(rfc: str, regimen: str, chosen: str) -> None:
    assert chosen in offered(catalog.uso_choices(regimen, rfc, chosen))


@pytest.mark.parametrize(
    ("regimen", "uso"), [("", "G03"), ("601", "G03"), ("612", "G03"), ("605", "S01"), ("616", "S01")]
)
def test_gastos_en_general_comes_first_where_it_may(regimen: str, uso: str) -> None:
    assert catalog.default_uso(regimen, "") == uso


def test_the_lists_begin_with_gastos_en_general() -> None:
    for regimen in ("", "601", "612"):
        first, *_ = catalog.uso_choices(regimen, "", "G03").offered
        assert first.choices[0].value == "G03"


def test_no_buyer_is_offered_credit_notes_payments_or_payslips() -> None:
    assert not {"G02", "CP01", "CN01"} & catalog.USOS.keys()


def test_the_script_reads_the_same_rule() -> None:
    every = catalog.uso_choices("", "", "").every
    pairs = {choice.value: set(choice.only_for.split()) for group in every for choice in group.choices}
    assert "fisica-612" in pairs["D01"]
    assert "moral-601" not in pairs["D01"]
    assert set(pairs) == set(catalog.USOS)


def test_an_unknown_key_is_shown_as_it_is() -> None:
    assert catalog.regimen_label("999") == "999"
    assert catalog.uso_label("G03") == "Gastos en general · G03"
