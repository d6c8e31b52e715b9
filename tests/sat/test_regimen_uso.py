"""Régimen and uso: the matrix against its published form, and what people are offered."""

import csv
from pathlib import Path

import pytest

from hub.sat import catalogs, regimen_uso

FIXTURE = Path(__file__).parent.parent / "fixtures" / "sat" / "regimen_uso.csv"
MATRIX = list(csv.DictReader(FIXTURE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row["regimen"])
def test_the_table_is_sats_matrix(row):
    usos = set(row["usos"].split("|"))
    for person in ("fisica", "moral"):
        allowed = {uso for uso in catalogs.keys("UsoCFDI") if regimen_uso.allows(row["regimen"], uso, person)}
        assert allowed - {"CN01"} == (usos - {"CN01"} if row[person] == "1" else set())


def test_only_salaries_take_payroll():
    assert regimen_uso.allows("605", "CN01", "fisica")
    assert not regimen_uso.allows("612", "CN01", "fisica")


def test_every_regimen_in_force_is_offered_to_someone():
    offered = {option.key for person in ("fisica", "moral") for option in regimen_uso.regimenes_for(person)}

    assert offered == catalogs.keys("RegimenFiscal") == {row["regimen"] for row in MATRIX}


def test_the_usual_choice_comes_first():
    assert regimen_uso.regimenes_for("moral")[0].key == "601"
    assert regimen_uso.regimenes_for("fisica")[0].key == "605"
    assert regimen_uso.usos_for("601", "moral")[0].key == "G03"
    assert regimen_uso.usos_for("605", "fisica")[0].key == "S01"


def test_payments_and_payroll_are_never_offered():
    for person in ("fisica", "moral"):
        for regimen in regimen_uso.regimenes_for(person):
            assert not {"CP01", "CN01"} & {option.key for option in regimen_uso.usos_for(regimen.key, person)}


def test_a_regimen_of_the_other_person_offers_nothing():
    assert regimen_uso.usos_for("601", "fisica") == ()
    assert regimen_uso.usos_for("999", "fisica") == ()
