"""When no document can equal the charge, the solver says which rule stands in the way, where, and what to do."""

import ast
import re
from decimal import Decimal
from inspect import getsource

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import TaxRate, Unsolvable, amounts, check, solve, strategies, tax_plan
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_8, IVA_16, ieps, invoice, sold

D = Decimal
CUOTA = TaxRate("003", "Cuota", D("3.0818"), cuota_base=D("7.2"))


def withheld(impuesto="001", tipo_factor="Tasa", rate="0.10"):
    return TaxRate(impuesto, tipo_factor, None if rate is None else D(rate), retencion=True)


def one(*taxes, total="1.00", **more):
    return [sold(total, *taxes, **more)], total


REFUSALS = {
    "a charge finer than the currency": (one(IVA_16, total="100.001"), "CFDI40107", (), "100.001 .* MXN", "0.01"),
    "nothing was charged": (one(IVA_16, total="0.00", unit_price="9.00"), "CFDI40166", (), "nothing", "void"),
    "a refund": (one(IVA_16, total="-5.00"), "CFDI40166", (), "-5.00", "void"),
    "a charge that the lines do not explain": (
        ([sold("60.00", IVA_16), sold("40.00", IVA_0)], "101.00"),
        "CFDI40119",
        (1, 2),
        "add up to 100.00 but the charge is 101.00",
        "by 1.00",
    ),
    "only gifts": (([sold("0.00", IVA_16, unit_price="9.00")], "9.00"), "CFDI40119", (), "add up to 0", "by 9.00"),
    "lines finer than the currency that are not the charge": (
        ([sold("10.00", IVA_16), sold("10.005", IVA_16)], "20.00"),
        "CFDI40119",
        (2,),
        "add up to 20.005 but the charge is 20.00",
        "by -0.005",
    ),
    "a negative line": (
        ([sold("5.00", IVA_16), sold("-1.00", IVA_16)], "4.00"),
        "301",
        (2,),
        r"line 2 \(Artículo\): .* negative",
        "positive discount",
    ),
    "a negative discount": (one(IVA_16, discount=D("-1.00")), "301", (1,), "negative", "positive discount"),
    "a charge of too many digits": (one(IVA_16, total="1" + "0" * 18), "301", (), "digits", "correct"),
    "a refund of too many digits": (one(IVA_16, total="-1" + "0" * 18), "301", (), "digits", "correct"),
    "a line of too many digits": (
        ([sold("1" + "0" * 18, IVA_16)], "9.00"),
        "301",
        (1,),
        "18 digits",
        "discount",
    ),
    "a discount of too many digits": (one(IVA_16, discount=D(10) ** 18), "301", (1,), "18 digits", "discount"),
    "a charge that is no number": (one(IVA_16, total="NaN", unit_price="1"), "301", (), "no number", "correct"),
    "a line that is no number": (([sold("NaN", IVA_16, unit_price="1")], "1.00"), "301", (), "no number", "correct"),
    "a quantity of zero": (one(IVA_16, quantity="0", unit_price="1"), "301", (1,), "quantity 0", "1 for"),
    "a quantity that rounds to zero": (one(IVA_16, quantity="0.0000004"), "301", (1,), "0.0000004|4E-7", "1 for"),
    "a price that rounds to zero": (
        ([sold("5.00", IVA_16), sold("0.01", IVA_16, quantity="1000000")], "5.01"),
        "CFDI40166",
        (2,),
        r"line 2 .*: the price of one unit, 0.01 / 1000000, is below",
        "one lot",
    ),
    "a price of too many digits": (
        one(IVA_0, total="1000000000000.00", quantity="0.000001"),
        "CFDI40166",
        (1,),
        "more than 18 digits",
        "one lot",
    ),
    "litres with more IEPS than was charged": (
        ([sold("5.00", CUOTA, IVA_16), sold("5.00", IVA_16), sold("6.00", CUOTA, IVA_16)], "16.00"),
        "CFDI40174",
        (1, 3),
        r"line 1 .* 5.00 leaves no base .*; line 3 .* 6.00 leaves no base",
        "IEPS per unit",
    ),
    "litres of nothing": (one(CUOTA._replace(cuota_base=D(0)), IVA_16), "CFDI40174", (1,), "levied on 0", "above zero"),
    "retentions of just the price": (
        one(IVA_0, withheld(rate="0.35"), withheld("003", rate="0.65")),
        "CFDI40119",
        (1,),
        "take all of the price",
        "rates withheld",
    ),
    "two different obstacles": (
        ([sold("5.00", CUOTA, IVA_16), sold("0.01", IVA_16, quantity="1000000")], "5.01"),
        "CFDI40174",
        (1, 2),
        r"line 1 .* leaves no base .*; line 2 .*: the price of one unit",
        "IEPS per unit of the line; sell it as one lot",
    ),
    "retentions of more than the price": (
        one(IVA_0, withheld(rate="0.35"), withheld("003", rate="1.60")),
        "CFDI40119",
        (1,),
        "take all of the price",
        "rates withheld",
    ),
    "two rates of one tax": (
        ([sold("1.00", IVA_16), sold("1.00", IVA_16, IVA_8)], "2.00"),
        "CFDI40218",
        (2,),
        r"line 2 \(Artículo\): two rates of the tax 002",
        "two lines",
    ),
    "two rates of IEPS by the litre": (
        one(CUOTA, ieps("0.08"), CUOTA),
        "CFDI40218",
        (1,),
        "rates of the tax 003",
        "two",
    ),
    "two IEPS by the price": (
        one(ieps("0.08"), ieps("0.25")),
        "CFDI40218",
        (1,),
        "rates of the tax 003",
        "two",
    ),
    "taxes on what is no object of tax": (one(IVA_16, objeto_imp="01"), "CFDI40172", (1,), "no taxes", "ObjetoImp 02"),
    **{
        f"taxes with ObjetoImp {key}": (one(IVA_16, objeto_imp=key), "CFDI40172", (1,), "no taxes", "ObjetoImp 02")
        for key in ("03", "04", "05")
    },
    "an object of tax without tax": (one(objeto_imp="02"), "CFDI40171", (1,), "needs a tax", "0 %"),
    "IVA where none is transferred": (one(IVA_16, objeto_imp="06"), "CFDI140226", (1,), "neither", "ObjetoImp 02"),
    "IVA withheld where there is none": (
        one(withheld("002", rate="0.04"), objeto_imp="08"),
        "CFDI140226",
        (1,),
        "neither",
        "ObjetoImp 02",
    ),
    "IVA instead of IEPS": (one(IVA_16, objeto_imp="07"), "CFDI140227", (1,), "IEPS", "ObjetoImp 02"),
    "no IEPS where it is to be shown": (one(withheld(), objeto_imp="07"), "CFDI140227", (1,), "IEPS", "ObjetoImp 02"),
    "IVA withheld beside IEPS": (
        one(ieps("0.08"), withheld("002", rate="0.04"), objeto_imp="07"),
        "CFDI140227",
        (1,),
        "IEPS",
        "ObjetoImp 02",
    ),
    "ISR transferred": (one(TaxRate("001", "Tasa", D("0.1"))), "CFDI40175", (1,), "never transferred", "withheld"),
    "an unknown tax": (one(TaxRate("004", "Tasa", D("0.1"))), "CFDI40175", (1,), "'004'", "002 IVA"),
    "an unknown tax withheld": (one(withheld("004")), "CFDI40182", (1,), "'004'", "001 ISR"),
    "an unknown factor": (one(TaxRate("002", "Tarifa", D("0.1"))), "CFDI40176", (1,), "'Tarifa'", "Exento"),
    "an unknown factor withheld": (one(withheld(tipo_factor="Tarifa")), "CFDI40183", (1,), "'Tarifa'", "Tasa"),
    "a retention that is exempt": (
        one(withheld(tipo_factor="Exento", rate=None)),
        "CFDI40184",
        (1,),
        "cannot be Exento",
        "leave the retention out",
    ),
    "an exempt rate": (one(TaxRate("002", "Exento", D("0.1"))), "CFDI40177", (1,), "0.1", "leave the rate out"),
    "a Tasa without rate": (one(TaxRate("002", "Tasa", None)), "CFDI40178", (1,), "Tasa needs", "give the rate"),
    "a negative rate": (one(TaxRate("002", "Tasa", D("-0.16"))), "CFDI40179", (1,), "-0.16", "c_TasaOCuota"),
    "IVA by the litre": (one(TaxRate("002", "Cuota", D("1.5"))), "CFDI40179", (1,), "Cuota", "c_TasaOCuota"),
    "a negative rate withheld": (one(withheld(rate="-0.1")), "CFDI40185", (1,), "-0.1", "c_TasaOCuota"),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("prices_include_tax", [True, False])
def test_a_refusal_names_the_rule_the_lines_and_the_way_out(name, prices_include_tax):
    (lines, total), code, numbers, reason, hint = REFUSALS[name]

    with pytest.raises(Unsolvable) as refused:
        solve(lines, total=D(total), moneda="MXN", prices_include_tax=prices_include_tax)

    assert (refused.value.code, refused.value.lines) == (code, numbers)
    assert str(refused.value) == f"{code}: {refused.value.reason}"
    assert re.search(reason, refused.value.reason)
    assert re.search(hint, refused.value.hint)


def test_every_refusal_of_the_solver_is_seen():
    raised = set()
    for module in (amounts, strategies, tax_plan):
        texts = (n.value for n in ast.walk(ast.parse(getsource(module))) if isinstance(n, ast.Constant))
        raised |= {text for text in texts if isinstance(text, str) and re.fullmatch(r"CFDI\d+|301", text)}

    never_shown = {"CFDI40180"}  # of as_priced_in_cents alone, after which whole cents find a way
    assert raised - never_shown == {code for _, code, *_ in REFUSALS.values()}


def test_the_smallest_price_of_a_unit_is_taken_where_its_importe_still_fits():
    almost_nothing = invoice(sold("0.49", IVA_0, quantity="1000000"))

    assert str(almost_nothing.conceptos[0].valor_unitario) == "0.000001"
    assert check(almost_nothing) == ()
    with pytest.raises(Unsolvable, match="CFDI40166"):
        invoice(sold("0.48", IVA_0, quantity="1000000"))


def test_one_cent_carries_the_largest_taxes():
    concepto = invoice(sold("0.01", ieps("1.60"), IVA_16)).conceptos[0]

    assert (concepto.importe, [t.importe for t in concepto.traslados]) == (D("0.01"), [0, 0])


@given(
    st.lists(st.integers(1, 10**7), min_size=1, max_size=9),
    st.sampled_from([(IVA_16,), (IVA_8,), (EXENTO,), (ieps("0.08"), IVA_16)]),
)
@settings(max_examples=100, deadline=None)
def test_lines_finer_than_the_currency_are_put_into_its_decimals(thousandths, taxes):
    thousandths[-1] += -sum(thousandths) % 10
    lines = [sold(str(D(n) / 1000), *taxes) for n in thousandths]

    made = invoice(*lines)

    assert made.total == D(sum(thousandths)) / 1000
    assert check(made) == ()


def test_a_fraction_of_a_cent_goes_to_the_line_that_lost_most():
    made = invoice(sold("10.004", IVA_0), sold("10.006", IVA_0), prices_include_tax=True)

    assert [c.importe for c in made.conceptos] == [D("10.00"), D("10.01")]


@pytest.mark.parametrize("lost", ["quantity", "unit_price", "total", "discount"])
def test_a_float_is_refused(lost):
    line = sold("116.00", IVA_16)._replace(**{lost: 116.0})

    with pytest.raises(TypeError, match="float"):
        solve([line], total=D("116.00"), moneda="MXN", prices_include_tax=True)
    with pytest.raises(TypeError, match="float"):
        solve([sold("116.00", IVA_16)], total=116.0, moneda="MXN", prices_include_tax=True)


def test_a_float_rate_is_refused():
    for rate in (TaxRate("002", "Tasa", 0.16), TaxRate("003", "Cuota", D("3.08"), cuota_base=0.355)):
        with pytest.raises(TypeError, match="float"):
            invoice(sold("116.00", rate))


def test_a_discount_larger_than_the_price_is_not_believed_where_the_charges_add_up_without_it():
    lines = sold("5.00", unit_price="10.00", discount=D("20")), sold("10.00", unit_price="25.00")
    made = invoice(*lines, prices_include_tax=False)
    assert [(c.importe, c.descuento) for c in made.conceptos] == [(D("25.00"), D("20.00")), (D("10.00"), None)]
    assert list(check(made)) == []


def test_an_untaxed_line_may_be_discounted_to_nothing():
    lines = sold("5.00", unit_price="10.00", discount=D("10")), sold("10.00", unit_price="15.00")
    made = invoice(*lines, prices_include_tax=False)
    assert [(c.importe, c.descuento) for c in made.conceptos] == [(D("10.00"), D("10.00")), (D("15.00"), None)]
    assert list(check(made)) == []
