"""A sale as one row of a table of cases: `assert expected.items() <= summary_of(sale).items()`."""

from decimal import Decimal
from typing import Any

from hub.plugin import Sale, exponent_of


def summary_of(sale: Sale) -> dict[str, Any]:
    """What a case of a connector expects of a sale, as JSON would say it.

    `total`, `tax` and `discount` are text with the decimals of the currency, summed over the lines. `tax` is None where
    the source leaves the taxes of a line to the issuer's rules; withheld taxes count against it. `lines` is their
    number. `id`, `currency`, `forma_pago`, `reference`, `seller`, `prices_include_tax` and `live` are those of the
    sale. The buyer is left to the test: `sale.buyer.model_dump()`.
    """
    places = exponent_of(sale.currency)
    same = ("id", "currency", "forma_pago", "reference", "seller", "prices_include_tax", "live")
    tax = _tax_of(sale)
    return {
        **{name: getattr(sale, name) for name in same},
        "total": f"{sale.total:.{places}f}",
        "tax": None if tax is None else f"{tax:.{places}f}",
        "discount": f"{sum((line.discount for line in sale.lines), Decimal(0)):.{places}f}",
        "lines": len(sale.lines),
    }


def _tax_of(sale: Sale) -> Decimal | None:
    total = Decimal(0)
    for line in sale.lines:
        if line.taxes is None:
            return None
        for tax in line.taxes:
            total += (tax.amount or Decimal(0)) * (-1 if tax.withheld else 1)
    return total
