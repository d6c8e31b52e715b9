"""A slice of `make sweep`: every small amount, and a stride of the rest, of every family of sales."""

from decimal import Decimal

import pytest

from tests.support.cfdi_samples import IVA_16, sold
from tools.sales_to_sweep import FAMILIES, Family
from tools.sweep import misses

IVA_15 = Decimal("0.15")
EVERY_SMALL_ONE = {"iva 16": 5_000, "iva 8": 5_000}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_amount_is_met_and_keeps_the_rules(name):
    small = EVERY_SMALL_ONE.get(name, 300)
    last = FAMILIES[name].last

    assert misses(name, [*range(1, small + 1), *range(small + 1, last + 1, last // 400 + 1), last]) == []


def test_a_refusal_and_a_broken_rule_are_misses(monkeypatch):
    monkeypatch.setitem(FAMILIES, "whole pesos", FAMILIES["iva 16"]._replace(currency="XXX"))
    monkeypatch.setitem(FAMILIES, "iva 15", Family(lambda n: [sold(str(n), IVA_16._replace(tasa_o_cuota=IVA_15))], 9))

    assert misses("whole pesos", [1]) == [
        "whole pesos, 1: CFDI40107: the charge 0.01 has more decimals than XXX allows"
    ]
    assert "iva 15, 1: CFDI40179 conceptos[0].traslados[0].tasa_o_cuota" in misses("iva 15", [1])
