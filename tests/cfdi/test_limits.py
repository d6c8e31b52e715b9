"""SAT's limits, by the numbers of the worked examples and at their very edges."""

from decimal import Decimal as D

import pytest

from hub.cfdi.limits import at_most, decimals_of, half_up, importe_fits, importe_limits, tax_fits, tax_limits


@pytest.mark.parametrize(
    ("base", "tasa", "importe", "lowest", "highest"),
    [
        ("999.99", "0.16", "159.998400", "159.997600", "159.999200"),
        ("430.172414", "0.16", "68.827586", "68.827586", "68.827587"),
        ("15.353448", "0.16", "2.456552", "2.456551", "2.456552"),
        ("129.63", "0.08", "10.37", "10.37", "10.38"),
        ("78.62", "0.25", "19.66", "19.65", "19.66"),
        ("98.28", "0.16", "15.72", "15.72", "15.73"),
        ("350.00", "0.16", "56.00", "55.99", "56.01"),
        ("7.2", "3.0818", "22.19", "22.03", "22.35"),  # a litre with one decimal leaves much room
        ("10.1", "0.20", "2.02", "2.01", "2.03"),  # both products lie on a cent: the upper one is not passed
        ("0.520001", "0.106667", "0.055467", "0.055466", "0.055468"),  # 5e-13 above a last decimal
        ("7", "0.5", "4", "3", "4"),
    ],
)
def test_the_limits_of_a_tax(base, tasa, importe, lowest, highest):
    base, tasa, importe = D(base), D(tasa), D(importe)
    unit = D(1).scaleb(importe.as_tuple().exponent)

    assert [str(limit) for limit in tax_limits(base, tasa, importe)] == [lowest, highest]
    assert tax_fits(base, tasa, D(lowest))
    assert tax_fits(base, tasa, D(highest))
    assert not tax_fits(base, tasa, D(lowest) - unit)
    assert not tax_fits(base, tasa, D(highest) + unit)


@pytest.mark.parametrize(
    ("cantidad", "valor_unitario", "importe", "lowest", "highest"),
    [
        ("3", "333.33", "999.99", "833.31", "1166.68"),
        ("1000", "0.284483", "284.482759", "284.340258", "284.625742"),
        ("1", "1", "1", "0", "3"),  # (1.5 - tiny)(1.5 - tiny) = 2.25
        ("1.0", "1.0", "1.00", "0.90", "1.11"),
        ("1.0", "3.0", "3.0000", "2.8025", "3.2025"),  # the upper product lies on the last decimal
        ("3.0", "1.0", "3.0000", "2.8025", "3.2025"),
        ("0.500000", "10.000000", "5.000000", "4.999994", "5.000006"),
    ],
)
def test_the_limits_of_an_importe(cantidad, valor_unitario, importe, lowest, highest):
    numbers, importe = (D(cantidad), D(valor_unitario)), D(importe)
    unit = D(1).scaleb(importe.as_tuple().exponent)

    assert [str(limit) for limit in importe_limits(*numbers, importe)] == [lowest, highest]
    assert importe_fits(*numbers, D(lowest))
    assert importe_fits(*numbers, D(highest))
    assert not importe_fits(*numbers, D(lowest) - unit)
    assert not importe_fits(*numbers, D(highest) + unit)


@pytest.mark.parametrize(
    ("value", "places"),
    [("1", 0), ("1.10", 2), ("0.000001", 6), ("1E+3", 0), ("1E-8", 8), ("0E-7", 7), ("12.3456789", 7), ("NaN", 0)],
)
def test_decimals_are_those_written(value, places):
    assert decimals_of(D(value)) == places


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("0.025", "0.03"), ("0.0249", "0.02"), ("-0.005", "-0.01")],
)
def test_halves_go_away_from_zero(value, rounded):
    assert str(half_up(D(value), D("0.01"))) == rounded


@pytest.mark.parametrize(
    ("value", "written"),
    [("18.5", "18.5"), ("18.1234565", "18.123457"), ("2E+1", "20"), ("7.20", "7.20"), ("0.5000000", "0.500000")],
)
def test_at_most_six_decimals_are_written(value, written):
    assert str(at_most(D(value), D("0.000001"))) == written


def test_forty_decimals_are_the_most_that_are_judged():
    assert not tax_fits(D("1." + "0" * 39), D("0.16"), D("0.18"))
