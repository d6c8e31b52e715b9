"""Rates of c_TasaOCuota."""

from decimal import Decimal

import pytest

from hub.sat import tasas


@pytest.mark.parametrize(
    ("impuesto", "factor", "tasa", "listed"),
    [
        ("002", "Tasa", "0.160000", True),
        ("002", "Tasa", "0.08", True),
        ("002", "Tasa", "0", True),
        ("002", "Tasa", "0.15", False),
        ("002", "Cuota", "0.16", False),
        ("003", "Tasa", "1.6", True),
        ("003", "Tasa", "0.10", False),
        ("003", "Cuota", "72.1605", True),
        ("003", "Cuota", "72.1606", False),
        ("001", "Tasa", "0.10", False),
    ],
)
def test_transferred_rates_are_sats(impuesto, factor, tasa, listed):
    assert tasas.is_traslado(impuesto, factor, Decimal(tasa)) is listed


@pytest.mark.parametrize(
    ("impuesto", "tasa", "listed"),
    [
        ("001", "0.0125", True),
        ("001", "0.36", False),
        ("002", "0.106667", True),
        ("002", "0.17", False),
        ("003", "0.53", True),
    ],
)
def test_withheld_rates_lie_in_sats_ranges(impuesto, tasa, listed):
    assert tasas.is_retencion(impuesto, "Tasa", Decimal(tasa)) is listed
