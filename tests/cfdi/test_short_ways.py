"""Short ways to a yes: whatever they accept, the long way accepts too."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import CfdiRelacionados, InformacionGlobal, TaxRate
from hub.cfdi.amounts import by_strategies
from hub.cfdi.everyday import everyday
from hub.cfdi.limits import half_up, importe_fits, importe_limits, tax_fits, tax_limits
from hub.cfdi.rules import row, shape, walk
from hub.cfdi.rules.ordinary import keeps_every_rule
from hub.sat import catalogs
from tests.support.cfdi_samples import EXENTO, invoice, sold
from tests.support.odd_documents import odd_documents
from tests.support.rule_cases import FOREIGN, made_of, of_part
from tests.support.worked_examples import document

GOOD = document("iva_16")
IVA_16, IVA_8 = TaxRate("002", "Tasa", Decimal("0.16")), TaxRate("002", "Tasa", Decimal("0.08"))
ORDINARY = (
    invoice(sold("1160", IVA_16)),
    invoice(sold("116.01", IVA_16, quantity="3"), sold("5000", IVA_16), sold("0.05", IVA_16)),
    invoice(sold("116.01", IVA_16), sold("108", IVA_8)),
)
UUID = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"


def amounts(largest, least=0):
    digits, places = st.integers(least, largest), st.sampled_from([0, 1, 2, 4, 6])
    return st.builds(lambda digits, places: Decimal(digits).scaleb(-places), digits, places)


near = st.one_of(st.integers(-3, 3), st.integers(-60, 60))


@settings(max_examples=600, deadline=None)
@given(odd_documents())
def test_values_that_match_in_a_row_match_one_by_one(comprobante):
    assert not row.is_sound(comprobante) or list(shape.refused(comprobante)) == []


@pytest.mark.parametrize(
    "comprobante",
    [
        GOOD._replace(serie="A\nB"),
        GOOD._replace(condiciones_de_pago="x" * 600 + "\n" + "x" * 600),
        GOOD._replace(cfdi_relacionados=(CfdiRelacionados("04", (f"{UUID}\n{UUID}",)),)),
        GOOD._replace(conceptos=(GOOD.conceptos[0]._replace(descripcion="A\n\n\n1 1 1 None\nB"),)),
    ],
)
def test_a_line_break_does_not_make_two_values_of_one(comprobante):
    assert not row.is_sound(comprobante)


CENT, YEN = Decimal("0.01"), Decimal(1)
EVERYDAY = (
    (sold("116.00", IVA_16),),
    (sold("0.01", IVA_8), sold("19999.99", IVA_8, quantity="7"), sold("33.33", IVA_8, quantity="3.000")),
    (sold("1160", IVA_16, sku="SKU 1", unidad="caja", objeto_imp="02"),),
)
OTHERS = (
    (),
    (sold("116", IVA_16), sold("108", IVA_8)),
    (sold("116", IVA_16, quantity="1.5"),),
    (sold("116", IVA_16, discount=Decimal(1)),),
    (sold("116", IVA_16, discount=Decimal("-0.01")),),
    (sold("0", IVA_16), sold("116", IVA_16)),
    (sold("-1", IVA_16), sold("116", IVA_16)),
    (sold("116.001", IVA_16), sold("115.999", IVA_16)),
    (sold("116", IVA_16, quantity="-1"),),
    (sold("116", IVA_16, quantity="0", unit_price="116"),),
    (sold("0.01", IVA_16, quantity="1000000"),),
    (sold("Infinity", IVA_16),),
    (sold("NaN", IVA_16),),
    (sold("116", IVA_16, unit_price="116")._replace(unit_price=116.0),),
    (sold("116"),),
    (sold("116", EXENTO),),
    (sold("116", TaxRate("002", "Tasa", Decimal(0))),),
    (sold("116", TaxRate("003", "Tasa", Decimal("0.08"))),),
    (sold("116", IVA_16, TaxRate("001", "Tasa", Decimal("0.0125"), retencion=True)),),
    (sold("116", TaxRate("002", "Tasa", Decimal("0.04"), retencion=True)),),
    (sold("116", IVA_16, IVA_8),),
    (sold("116", IVA_16, objeto_imp="01"),),
    (sold("85", TaxRate("003", "Tasa", Decimal("1.6")), TaxRate("003", "Cuota", Decimal("0.6445")), IVA_16),),
)


def charged(lines):
    return sum((line.total for line in lines), Decimal(0))


@pytest.mark.parametrize("lines", EVERYDAY)
def test_an_everyday_sale_takes_the_short_way_to_the_same_amounts(lines):
    found = everyday(lines, charged(lines), CENT)

    assert repr(found) == repr(by_strategies(lines, charged(lines), CENT, prices_include_tax=True))


@pytest.mark.parametrize("lines", OTHERS)
def test_any_other_sale_is_left_to_the_strategies(lines):
    assert everyday(lines, charged(lines), CENT) is None


@pytest.mark.parametrize("charge", ["115.99", "116.01", "232.00"])
def test_a_sale_whose_lines_are_not_the_charge_is_left_to_the_strategies(charge):
    assert everyday(EVERYDAY[0], Decimal(charge), CENT) is None


@settings(max_examples=600, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda taxes, total, quantity: sold(str(total), *taxes, quantity=str(quantity)),
            st.sampled_from([(IVA_16,), (IVA_16,), (IVA_8,), (IVA_16, TaxRate("003", "Tasa", Decimal("0.08")))]),
            st.one_of(amounts(2_000_000, 1), amounts(10**22, 1)),
            st.one_of(st.just(1), st.integers(1, 1000), amounts(10**7, 1)),
        ),
        max_size=6,
    ),
    st.sampled_from([CENT, YEN, Decimal("0.001")]),
)
def test_the_short_way_finds_what_the_strategies_find(lines, quantum):
    total = half_up(charged(lines), quantum)
    found = everyday(lines, total, quantum) if Decimal(0) < total < 10**18 else None

    assert found is None or repr(found) == repr(by_strategies(lines, total, quantum, prices_include_tax=True))


def takes_the_short_way(comprobante):
    return keeps_every_rule(comprobante, catalogs.found_sound())


@pytest.mark.parametrize("comprobante", ORDINARY)
def test_an_ordinary_sale_of_what_was_sold_before_takes_the_short_way(comprobante):
    assert walk.each_broken(comprobante, catalogs.found_sound()) == []

    assert takes_the_short_way(comprobante)


@pytest.mark.parametrize(
    "comprobante",
    [
        invoice(sold("1160", EXENTO)),
        ORDINARY[0]._replace(sub_total=ORDINARY[0].sub_total + 1),
        ORDINARY[0]._replace(tipo_de_comprobante="E"),
        ORDINARY[0]._replace(moneda="USD", tipo_cambio=Decimal("18.2")),
        ORDINARY[0]._replace(impuestos=None),
        ORDINARY[0]._replace(no_certificado="30001000000500003416"),
        ORDINARY[0]._replace(informacion_global=InformacionGlobal("04", "11", "2026")),
        ORDINARY[0]._replace(cfdi_relacionados=(CfdiRelacionados("04", (UUID,)),)),
    ],
)
def test_any_other_does_not(comprobante):
    walk.each_broken(comprobante, catalogs.found_sound())

    assert not takes_the_short_way(comprobante)


def taxed(base, importe):
    (x,) = GOOD.conceptos
    return made_of(
        GOOD, [x._replace(traslados=(x.traslados[0]._replace(base=Decimal(base), importe=Decimal(importe)),))]
    )


@pytest.mark.parametrize(
    ("comprobante", "code"),
    [
        (of_part(FOREIGN, "receptor", rfc="XAXX010101000", domicilio_fiscal="06600", residencia_fiscal=None,
                 num_reg_id_trib=None).broken, "CFDI40149"),
        (of_part(GOOD, "receptor", nombre="PUBLICO EN GENERAL").broken, "CFDI40146"),
        (taxed("0.00", "0.00"), "CFDI40174"),
        (taxed("1000.00", "160.02"), "CFDI40180"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_does_not_although_all_its_keys_are_known(comprobante, code):
    broken = walk.each_broken(comprobante, catalogs.found_sound())

    assert code in {violation.code for violation in broken}
    assert not takes_the_short_way(comprobante)


@settings(max_examples=3000, deadline=None)
@given(odd_documents(ORDINARY))
def test_what_takes_the_short_way_breaks_none_of_the_rules(comprobante):
    if not list(shape.refused(comprobante)) and takes_the_short_way(comprobante):
        assert walk.each_broken(comprobante, catalogs.found_sound()) == []


@settings(max_examples=600, deadline=None)
@given(amounts(10**7, least=1), amounts(10**9), st.sampled_from([0, 2, 4, 6]), near)
def test_an_importe_fits_exactly_if_it_lies_within_its_limits(cantidad, valor_unitario, places, units):
    unit = Decimal(1).scaleb(-places)
    importe = half_up(cantidad * valor_unitario, unit) + units * unit
    if importe < 0:
        return
    lower, upper = importe_limits(cantidad, valor_unitario, importe)

    assert importe_fits(cantidad, valor_unitario, importe) == (lower <= importe <= upper)


@settings(max_examples=600, deadline=None)
@given(amounts(10**9), st.sampled_from(["0", "0.08", "0.160000", "0.106667", "1.600000"]), st.integers(0, 6), near)
def test_a_tax_fits_exactly_if_it_lies_within_its_limits(base, tasa, places, units):
    unit = Decimal(1).scaleb(-places)
    importe = half_up(base * Decimal(tasa), unit) + units * unit
    if importe < 0:
        return
    lower, upper = tax_limits(base, Decimal(tasa), importe)

    assert tax_fits(base, Decimal(tasa), importe) == (lower <= importe <= upper)
