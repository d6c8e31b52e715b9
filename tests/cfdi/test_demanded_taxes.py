"""Products of which c_ClaveProdServ says that they carry a tax or a complement (CFDI40163, CFDI40164)."""

from decimal import Decimal

import pytest

from hub.cfdi import ForeignXml, check
from hub.cfdi.document import Traslado
from tests.support.demanding import WANTS_BOTH, WANTS_COMPLEMENT, WANTS_IEPS, WANTS_IVA
from tests.support.rule_cases import made_of
from tests.support.worked_examples import document

pytestmark = pytest.mark.usefixtures("some_products_demand_something")
INGRESO = document("iva_16")
(SOLD,) = INGRESO.conceptos
BASE = SOLD.traslados[0].base
IVA = SOLD.traslados[0]
IEPS = Traslado(BASE, "003", "Tasa", Decimal("0.080000"), (BASE * 8 / 100).quantize(Decimal("0.01")))
EXEMPT = Traslado(BASE, "002", "Exento")


def codes(product, *traslados):
    sold = SOLD._replace(clave_prod_serv=product, traslados=traslados, objeto_imp="02" if traslados else "01")
    return [violation.code for violation in check(made_of(INGRESO, [sold]))]


@pytest.mark.parametrize(
    ("product", "traslados"),
    [
        (WANTS_IVA, [IVA]),
        (WANTS_IVA, [EXEMPT]),
        (WANTS_IVA, [IVA, IEPS]),
        (WANTS_IEPS, [IEPS]),
        (WANTS_IEPS, [IVA, IEPS]),
        (WANTS_BOTH, [IVA, IEPS]),
        (SOLD.clave_prod_serv, []),
    ],
)
def test_what_carries_its_taxes_passes(product, traslados):
    assert codes(product, *traslados) == []


@pytest.mark.parametrize(
    ("product", "traslados"),
    [(WANTS_IVA, []), (WANTS_IVA, [IEPS]), (WANTS_IEPS, [IVA]), (WANTS_BOTH, [IVA]), (WANTS_BOTH, [IEPS])],
)
def test_what_lacks_one_is_found_also_the_second_time_and_after_a_sound_one(product, traslados):
    assert codes(product, IVA, IEPS) == []
    assert [codes(product, *traslados) for _ in range(2)] == [["CFDI40164"]] * 2


def test_a_complement_of_the_line_or_of_the_document_is_enough():
    sold = SOLD._replace(clave_prod_serv=WANTS_COMPLEMENT)
    complement = ForeignXml("http://www.sat.gob.mx/ine", "INE", "<x/>")
    whole = made_of(INGRESO, [sold])

    assert [violation.code for violation in check(whole)] == ["CFDI40163"]
    assert check(whole._replace(complementos=(complement,))) == ()
    assert check(made_of(INGRESO, [sold._replace(complemento_concepto=(complement,))])) == ()
