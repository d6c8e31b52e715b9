"""Families of sales with one free amount, so that every amount of a range can be tried."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from hub.cfdi import SoldLine, TaxRate
from tests.support.cfdi_samples import EXENTO, IVA_0, IVA_8, IVA_16, ieps, sold

CENT = Decimal("0.01")
IEPS_RATES = ("0.03", "0.06", "0.07", "0.08", "0.09", "0.25", "0.265", "0.30", "0.304", "0.50", "0.53", "1.60")
_QUANTITIES = ("2", "3", "7", "12", "1000", "0.5", "0.333333", "1.000001", "0.000001")


class Family(NamedTuple):
    """`lines(n)` is the sale of n cents (or other smallest units of `currency`), for every n from 1 to `last`."""

    lines: Callable[[int], list[SoldLine]]
    last: int
    prices_include_tax: bool = True
    currency: str = "MXN"


def _withheld(impuesto: str, rate: str) -> TaxRate:
    return TaxRate(impuesto, "Tasa", Decimal(rate), retencion=True)


def _taxed(*taxes: TaxRate, last: int = 2_000_000, unit: Decimal = CENT, **family: Any) -> Family:
    return Family(lambda n: [sold(str(n * unit), *taxes)], last, **family)


def _net(tax: TaxRate, rate: str) -> Family:
    factor = 1 + Decimal(rate)

    def lines(n: int) -> list[SoldLine]:
        net = n * CENT
        return [sold(str((net * factor).quantize(CENT, ROUND_HALF_UP)), tax, unit_price=str(net))]

    return Family(lines, 2_000_000, prices_include_tax=False)


def _by_quantity(n: int) -> list[SoldLine]:
    return [sold(str(n * CENT + 10), IVA_16, quantity=_QUANTITIES[n % len(_QUANTITIES)])]


def _discounted(n: int) -> list[SoldLine]:
    discount = (n * 7919 % n + n * 31 % 997 + 1) * CENT
    return [sold(str(n * CENT), IVA_16, unit_price=str(n * CENT + discount), discount=discount)]


def _mixed(n: int) -> list[SoldLine]:
    """A basket with every treatment of IVA, a shipping and a tip, which is no object of tax."""
    paid = n * CENT
    shares = [paid, paid * 3, paid + 1, paid * 7 + CENT, Decimal("149.00")]
    taxes: list[tuple[TaxRate, ...]] = [(IVA_16,), (IVA_8,), (IVA_0,), (EXENTO,), (IVA_16,)]
    tip = sold(str(paid + CENT), description="Propina")
    return [*[sold(str(share), *rates) for share, rates in zip(shares, taxes, strict=True)], tip]


def _with_litres(n: int) -> list[SoldLine]:
    cuota = TaxRate("003", "Cuota", Decimal("3.0818"), cuota_base=Decimal("0.355"))
    return [sold(str(n * CENT + 2), cuota, IVA_16), sold(str(n * CENT), ieps("0.08"), IVA_0)]


_RESICO = _withheld("001", "0.0125"), _withheld("002", "0.106667")
_HONORARIOS = _withheld("001", "0.10"), _withheld("002", "0.106667")

FAMILIES: Mapping[str, Family] = {
    "iva 16": _taxed(IVA_16),
    "iva 8": _taxed(IVA_8),
    "iva 16, prices without tax": _net(IVA_16, "0.16"),
    "iva 8, prices without tax": _net(IVA_8, "0.08"),
    "iva 16, quantities": Family(_by_quantity, 1_000_000),
    "iva 16, discounts": Family(_discounted, 1_000_000),
    "16, 8, 0, exento, shipping, tip": Family(_mixed, 200_000),
    "ieps cuota and tasa": Family(_with_litres, 200_000),
    "RESICO": _taxed(IVA_16, *_RESICO, last=1_000_000),
    "honorarios": _taxed(IVA_16, *_HONORARIOS, last=1_000_000),
    "freight": _taxed(IVA_16, _withheld("002", "0.04"), last=1_000_000),
    **{f"ieps {rate} and iva 16": _taxed(ieps(rate), IVA_16, last=300_000) for rate in IEPS_RATES},
    **{f"ieps {rate} and iva 8": _taxed(ieps(rate), IVA_8, last=100_000) for rate in IEPS_RATES},
    **{f"ieps {rate}": _taxed(ieps(rate), IVA_0, last=100_000) for rate in IEPS_RATES},
    "JPY": _taxed(IVA_16, last=1_000_000, unit=Decimal(1), currency="JPY"),
    "JPY, ieps": _taxed(ieps("0.08"), IVA_16, last=200_000, unit=Decimal(1), currency="JPY"),
    "KWD": _taxed(IVA_16, last=1_000_000, unit=Decimal("0.001"), currency="KWD"),
    "USD": _taxed(IVA_16, last=200_000, currency="USD"),
}
