"""Values of a CFDI as a Mexican reader expects them on paper."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from hub.cfdi.pdf._descriptions import currency_decimals

_SYMBOLS = {"MXN": "$", "USD": "$", "CAD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_TAXES = {"001": "ISR", "002": "IVA", "003": "IEPS"}


def money(amount: str | Decimal, moneda: str) -> str:
    """`1160` in MXN is `$1,160.00`: half-up to the decimals of the currency."""
    unit = Decimal(1).scaleb(-currency_decimals(moneda))
    return f"{_SYMBOLS.get(moneda, '')}{Decimal(amount).quantize(unit, ROUND_HALF_UP):,f}"


def unit_price(amount: str, moneda: str) -> str:
    """Like `money`, but keeps the further decimals a ValorUnitario may have: `$430.172414`."""
    decimals = max(currency_decimals(moneda), _significant_decimals(amount))
    return f"{_SYMBOLS.get(moneda, '')}{Decimal(amount):,.{decimals}f}"


def number(amount: str) -> str:
    """`3.000000` is `3`, `1000.50` is `1,000.5`."""
    return f"{Decimal(amount):,.{_significant_decimals(amount)}f}"


def timestamp(value: str) -> str:
    """`2026-11-20T12:00:00` is `20 nov 2026, 12:00:00`; local time, as the XML has it."""
    moment = datetime.fromisoformat(value)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M:%S}"


def tax_name(impuesto: str) -> str:
    """`002` is `IVA`; a key that SAT adds later stays as it is."""
    return _TAXES.get(impuesto, impuesto)


def rate(tipo_factor: str, tasa_o_cuota: str) -> str:
    """`16 %`, `10.6667 %`, `exento`, or the quota per unit of measure: `cuota 0.5911`."""
    if tipo_factor == "Exento":
        return "exento"
    if tipo_factor == "Cuota":
        return f"cuota {number(tasa_o_cuota)}"
    return f"{number(str(Decimal(tasa_o_cuota) * 100))} %"


def _significant_decimals(amount: str) -> int:
    return len(f"{Decimal(amount):f}".partition(".")[2].rstrip("0"))
