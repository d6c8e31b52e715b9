"""A row's arithmetic: which basis its prices have, and which tax it carries."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..money import rounded
from ..sale import Line, Tax
from . import values
from .columns import plain
from .config import RowsConfig
from .row import Row

CENT = Decimal("0.01")
LEGAL_IVA = (Decimal("0.16"), Decimal("0.08"), Decimal(0))


@dataclass(frozen=True, slots=True)
class Priced:
    """A line's amounts; `includes_tax` is None where it makes no difference."""

    row: Row
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    total: Decimal
    taxes: tuple[Tax, ...] | None
    includes_tax: bool | None


def priced(row: Row, config: RowsConfig) -> Priced:
    """Read a row's amounts and check them against each other.

    Raises:
        DataError: they do not add up, or the tax is no legal IVA.
    """
    total, quantity = total_of(row), _positive(row)
    discount, unit_price = row.amount("discount") or Decimal(0), row.amount("unit_price")
    if total < 0:
        raise row.error("total", f"{total} is negative; a refund has the status {config.refund_prefix}ID-OF-THE-SALE")
    taxes = taxes_of(row, total)
    if unit_price is None:
        unit_price, known = (total + discount) / quantity, bool(taxes)
        return Priced(row, quantity, rounded(unit_price, 6), discount, total, taxes, known or None)
    includes_tax = _basis(row, quantity * unit_price - discount, total, taxes, config)
    return Priced(row, quantity, unit_price, discount, total, taxes, includes_tax)


def total_of(row: Row) -> Decimal:
    """What the row says was paid."""
    total = row.amount("total")
    if total is None:
        raise row.error("total", "the cell is empty")
    if total != rounded(total, 2):
        raise row.error("total", f"{total} has fractions of a cent")
    return total


def _positive(row: Row) -> Decimal:
    quantity = row.amount("quantity")
    if quantity is None:
        return Decimal(1)
    if quantity <= 0:
        raise row.error("quantity", f"{quantity} is not above zero")
    return quantity


def _basis(row: Row, stated: Decimal, total: Decimal, taxes: tuple[Tax, ...] | None, config: RowsConfig) -> bool | None:
    tax = sum((each.amount or Decimal(0) for each in taxes or ()), Decimal(0))
    wanted = config.prices_include_tax
    if taxes is None and wanted is False:
        return False
    if abs(stated - total) <= CENT and (wanted is not False or not tax):
        return True if tax else None
    if tax and abs(stated + tax - total) <= CENT and wanted is not True:
        return False
    raise row.error(
        "total", f"quantity x price - discount is {stated.normalize():f}, IVA is {tax}, but the total says {total}"
    )


def taxes_of(row: Row, total: Decimal) -> tuple[Tax, ...] | None:
    """The row's IVA; None if no column tells of it."""
    amount = row.amount("iva")
    rate = row.parsed("iva_rate", lambda text: values.rate(text, decimal_comma=row.decimal_comma))
    if row.parsed("exento", values.yes):
        if amount or rate:
            raise row.error("exento", "the row is exempt and has IVA, too")
        return (Tax(factor="Exento", base=total),)
    if rate is not None and rate not in LEGAL_IVA:
        raise row.error("iva_rate", f"{rate} is not an IVA rate: 0.16, 0.08 or 0")
    if amount is None:
        return None if rate is None else (_inside(rate, total),)
    return (Tax(rate=_fitting(row, total - amount, amount, rate), base=total - amount, amount=amount),)


def _inside(rate: Decimal, total: Decimal) -> Tax:
    base = rounded(total / (1 + rate), 2)
    return Tax(rate=rate, base=base, amount=total - base)


def _fitting(row: Row, base: Decimal, amount: Decimal, stated: Decimal | None) -> Decimal:
    rates = LEGAL_IVA if stated is None else (stated,)
    fitting = [rate for rate in rates if abs(base * rate - amount) < CENT]
    if not amount and Decimal(0) in fitting:
        return Decimal(0)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise row.error("iva", f"{amount} on {base} is too small to tell the rate; add a column tasa_iva")
    told = "16 %, 8 % or 0 %" if stated is None else f"{stated * 100:f} %"
    raise row.error("iva", f"{amount} on {base} is not {told} to the cent")


def in_one_basis(lines: list[Priced]) -> tuple[tuple[Line, ...], bool]:
    """Lines that all include tax, or all do not; a mixture is told with tax."""
    with_tax = {line.includes_tax for line in lines} - {None} != {False}
    return tuple(_line(line, with_tax=with_tax) for line in lines), with_tax


def _line(line: Priced, *, with_tax: bool) -> Line:
    converted = with_tax and line.includes_tax is False
    return Line(
        quantity=line.quantity,
        unit_price=rounded(line.total / line.quantity, 6) if converted else line.unit_price,
        discount=Decimal(0) if converted else line.discount,
        total=line.total,
        taxes=line.taxes,
        **_described(line.row),
    )


def _described(row: Row) -> dict[str, Any]:
    return {
        "description": row.text("description") or "Venta",
        "kind": row.parsed("kind", lambda text: values.LINE_KINDS.get(plain(text), "product")) or "product",
        "sku": row.text("sku") or None,
        "clave_prod_serv": row.parsed("clave_prod_serv", lambda text: text.zfill(8)),
        "clave_unidad": row.parsed("clave_unidad", str.upper),
    }
