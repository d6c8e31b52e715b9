"""Pedimentos, property-tax accounts and parts of a Concepto: written, sealed and read as SAT's files want them."""

from decimal import Decimal

import pytest

from hub.cfdi import (
    Parte,
    ReturnedLine,
    TimbreFiscal,
    cadena_original,
    check,
    egreso,
    read,
    seal,
    to_xml,
    validate_full,
    verify_seal,
)
from tests.support.cfdi_samples import IVA_16, NOON, invoice, sold
from tests.support.rule_cases import IMPORTED, PARTE, UUID, of_concepto
from tests.support.sat_xslt import sat_cadena

D = Decimal
PEDIMENTO = "15  48  3009  0001234"
TIMBRE = TimbreFiscal(UUID, "2026-11-20T12:00:30", "SAT970701NN3", "AAAA", "30001000000500003456", "AAAA")
EVERYTHING = of_concepto(
    IMPORTED,
    informacion_aduanera=(PEDIMENTO, "16  47  3807  8003832"),
    cuenta_predial=("15956011002", "A1"),
    partes=(
        PARTE._replace(no_identificacion="M-1", unidad="Pieza", informacion_aduanera=(PEDIMENTO,)),
        Parte("53101604", D("0.5"), "Botones & hilo"),
    ),
).broken


@pytest.fixture(scope="module")
def imported():
    line = sold("116.00", IVA_16, informacion_aduanera=(PEDIMENTO,), cuenta_predial=("15956011002",), sku="S-1")
    return invoice(line, sold("58.00", IVA_16))._replace(timbre=TIMBRE)


def test_the_nodes_come_in_the_order_of_sats_schema(escuela_csd):
    sealed = seal(EVERYTHING, escuela_csd)

    assert validate_full(sealed.xml) == ()
    assert sealed.cadena == sat_cadena(sealed.xml)
    assert verify_seal(sealed.xml).sello


def test_the_cadena_has_them_with_single_blanks():
    cadena = cadena_original(EVERYTHING)

    assert "|15 48 3009 0001234|16 47 3807 8003832|15956011002|A1|53101604|M-1|2|Pieza|Manga|10.00|20.00|" in cadena
    assert cadena == sat_cadena(to_xml(EVERYTHING))


def test_they_are_read_as_they_were_written():
    assert read(to_xml(EVERYTHING)) == EVERYTHING


def test_a_sold_line_brings_its_pedimento_and_account(imported):
    first, second = imported.conceptos

    assert (first.informacion_aduanera, first.cuenta_predial) == ((PEDIMENTO,), ("15956011002",))
    assert (second.informacion_aduanera, second.cuenta_predial) == ((), ())
    assert check(imported) == ()


def test_what_the_solver_makes_has_every_field(imported):
    records = [imported, *imported.conceptos, imported.impuestos, *imported.impuestos.traslados]

    assert [record for record in records if len(record) != len(record._fields)] == []


@pytest.mark.parametrize("lines", [[], [ReturnedLine(0)]], ids=["all", "one line"])
def test_what_comes_back_is_what_was_imported(imported, lines):
    returned = egreso(imported, tipo_relacion="03", fecha=NOON, lines=lines).conceptos[0]

    assert (returned.informacion_aduanera, returned.cuenta_predial) == ((PEDIMENTO,), ("15956011002",))


@pytest.mark.parametrize("amount", [None, D("50.00")], ids=["all", "a part"])
def test_a_discount_is_no_goods(amount):
    original = EVERYTHING._replace(timbre=TIMBRE)
    discounted = egreso(original, tipo_relacion="01", fecha=NOON, amount=amount).conceptos[0]

    assert (discounted.informacion_aduanera, discounted.cuenta_predial, discounted.partes) == ((), (), ())
