"""Amounts and dates as people in Mexico write them."""

from datetime import date
from decimal import Decimal

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def money(amount: Decimal, currency: str) -> str:
    """`Decimal("1160")`, "MXN" -> "$1,160.00 MXN"."""
    return f"${amount:,.2f} {currency}"


def day(value: date) -> str:
    """2026-11-30 -> "30 de noviembre de 2026"."""
    return f"{value.day} de {_MONTHS[value.month - 1]} de {value.year}"
