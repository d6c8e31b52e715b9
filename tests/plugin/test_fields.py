"""What people type into free fields is found under the names that they give them."""

import pytest

from hub.plugin import Buyer, Fields, plain_name, text_of


def test_names_match_without_case_accents_and_separators():
    assert plain_name("Régimen-Fiscal ") == plain_name("REGIMEN_FISCAL") == "regimenfiscal"


@pytest.mark.parametrize(
    ("value", "text"), [(" a ", "a"), (7, "7"), (True, ""), (None, ""), ([], ""), ({}, ""), (1.5, "")]
)
def test_only_text_and_whole_numbers_are_text(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("key", ["RFC", "rfc_cliente", "R.F.C.", "tax-id", "Tax ID"])
def test_an_rfc_is_found_as_people_write_it(key):
    assert Fields({}, ({key: "xia-190128-j61 "},)).buyer().rfc == "XIA190128J61"


def test_the_nearest_place_wins_and_empty_values_are_none():
    fields = Fields({}, ({"rfc": " ", "cp": "06600"}, {"rfc": "XIA190128J61", "cp": "76343"}))

    assert (fields.get("rfc"), fields.get("codigo_postal")) == ("XIA190128J61", "06600")


def test_the_operators_path_beats_the_systems_own_field_which_beats_free_text_for_the_rfc():
    record = {"Extra": {"clave fiscal": "EKU9003173C9"}}
    typed = ({"rfc": "XIA190128J61"},)

    assert Fields(record, typed).buyer(rfc="URE180429TM6").rfc == "URE180429TM6"
    paths = {"rfc": ("extra.nada", "extra.clave_fiscal")}
    assert Fields(record, typed, paths).buyer(rfc="URE180429TM6").rfc == "EKU9003173C9"


def test_a_payers_name_and_mail_come_after_those_typed_for_the_invoice():
    typed = ({"razon_social": "XENON INDUSTRIAL ARTICLES", "correo_factura": "cuentas@xenon.example"},)
    payer = {"nombre": "Ana", "email": "ana@correo.example"}

    assert Fields({}, typed).buyer(**payer).nombre == "XENON INDUSTRIAL ARTICLES"
    assert Fields({}, typed).buyer(**payer).email == "cuentas@xenon.example"
    assert Fields({}).buyer(**payer) == Buyer(nombre="Ana", email="ana@correo.example")


def test_codes_lose_their_words_and_what_is_no_code_is_nothing():
    buyer = Fields({}, ({"regimen": "601 - General de Ley", "uso_cfdi": "g03 gastos"},)).buyer()
    assert (buyer.regimen_fiscal, buyer.uso_cfdi) == ("601", "G03")

    buyer = Fields({}, ({"regimen": "persona física", "uso_cfdi": "lo de siempre"},)).buyer()
    assert (buyer.regimen_fiscal, buyer.uso_cfdi) == (None, None)


def test_a_path_through_something_else_than_an_object_finds_nothing():
    assert Fields({"items": [{"rfc": "X"}]}, (), {"rfc": "items.rfc"}).get("rfc") == ""
