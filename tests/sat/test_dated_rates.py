"""Rates have their years."""

from datetime import date
from decimal import Decimal

import pytest

from hub.sat import tasas


@pytest.mark.parametrize(
    ("year", "largest"),
    [(2022, "59.1449"), (2023, "59.1449"), (2024, "66.5062"), (2025, "69.5255"), (2026, "72.1605")],
)
def test_ieps_per_unit_has_a_limit_for_each_year(year, largest):
    limit = Decimal(largest)
    for day in (date(year, 1, 1), date(year, 12, 31)):
        assert tasas.largest_cuota(day) == limit
        assert tasas.is_traslado("003", "Cuota", limit, day)
        assert not tasas.is_traslado("003", "Cuota", limit + Decimal("0.0001"), day)


def test_before_cfdi_4_there_is_no_limit_to_tell():
    with pytest.raises(LookupError, match="2021"):
        tasas.largest_cuota(date(2021, 12, 31))


@pytest.mark.parametrize("tasa", ["0", "0.03"])
def test_rates_of_ieps_that_are_never_withheld(tasa):
    assert tasas.is_traslado("003", "Tasa", Decimal(tasa))
    assert not tasas.is_retencion("003", "Tasa", Decimal(tasa))


def test_installed_rates_come_before_the_hubs_own(installed_once, use):
    use(installed_once)

    assert tasas.largest_cuota(date(2026, 1, 1)) == 99
    assert tasas.is_traslado("002", "Tasa", Decimal("0.08"))
    assert not tasas.is_retencion("003", "Tasa", Decimal("0.03"))
    assert tasas.is_retencion("001", "Tasa", Decimal("0.0125"))


def test_the_border_incentive_is_marked_and_its_end_is_told():
    north = tasas.estimulo_fronterizo("22000", date(2025, 12, 31))
    assert (north.frontera, north.confirmed) == ("norte", True)
    assert not tasas.estimulo_fronterizo("22000", date(2026, 1, 1)).confirmed
    assert tasas.estimulo_fronterizo("22000", date(2018, 12, 31)) is None
    assert tasas.estimulo_fronterizo("06600", date(2025, 1, 1)) is None
    assert tasas.estimulo_fronterizo("99999", date(2025, 1, 1)) is None


def test_the_southern_border_has_its_own_decree():
    assert tasas.estimulo_fronterizo("77000", date(2021, 1, 1)).frontera == "sur"
    assert tasas.estimulo_fronterizo("77000", date(2020, 12, 31)) is None
