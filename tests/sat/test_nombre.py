"""Names: proposals in the form SAT has them, never silent changes."""

import pytest

from hub.sat import nombre

COMPANY, PERSON = "EKU9003173C9", "CACX7605101P8"


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("Escuela  Kemper Urgate SA de CV", "ESCUELA KEMPER URGATE"),
        ("Ferretería Pérez, S.A. de C.V.", "FERRETERÍA PÉREZ"),
        ("COMERCIAL DEL NORTE S. DE R.L. DE C.V.", "COMERCIAL DEL NORTE"),
        ("Niños & Niñas S.C.", "NIÑOS & NIÑAS"),
        ("TECNOLOGIA UNO SAPI DE CV", "TECNOLOGIA UNO"),
        ("SERVICIOS DOS S A DE C V", "SERVICIOS DOS"),
        ("GRUPO CASA", "GRUPO CASA"),
        ("LA SALSA", "LA SALSA"),
    ],
)
def test_a_company_is_proposed_without_its_legal_form(typed, proposed):
    assert nombre.proposals(typed, COMPANY)[0] == proposed


def test_a_person_keeps_every_word():
    assert nombre.proposals("María Sa", PERSON) == ("MARÍA SA", "MARIA SA")


def test_accents_are_dropped_second_and_ene_never():
    assert nombre.proposals("Peña Núñez", PERSON) == ("PEÑA NÚÑEZ", "PEÑA NUÑEZ")


def test_a_name_that_is_only_a_legal_form_stays():
    assert nombre.proposals("S.A. DE C.V.", COMPANY)[0] == "S.A. DE C.V."


def test_a_decomposed_accent_is_composed():
    assert nombre.normalize("Jose\u0301") == "JOSÉ"
