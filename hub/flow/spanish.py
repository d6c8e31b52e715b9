"""Amounts, dates and places as a Mexican buyer reads them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from hub.plugin.money import exponent_of

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip

_CITIES = {
    "America/Bahia_Banderas": "Bahía de Banderas",
    "America/Cancun": "Cancún",
    "America/Chihuahua": "Chihuahua",
    "America/Ciudad_Juarez": "Ciudad Juárez",
    "America/Hermosillo": "Hermosillo",
    "America/Matamoros": "Matamoros",
    "America/Mazatlan": "Mazatlán",
    "America/Merida": "Mérida",
    "America/Mexico_City": "la Ciudad de México",
    "America/Monterrey": "Monterrey",
    "America/Ojinaga": "Ojinaga",
    "America/Tijuana": "Tijuana",
}


def amount(value: Decimal, currency: str = "") -> str:
    """`1160` in MXN -> "$1,160.00 MXN"; without a currency the sign and two decimals only."""
    decimals = exponent_of(currency) if currency else 2
    rounded = abs(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "−" if value < 0 else ""
    return f"{sign}${rounded:,}{' ' + currency if currency else ''}"


def quantity(value: Decimal) -> str:
    """`2.000` -> "2", `0.50` -> "0.5"."""
    return f"{value.normalize():f}"


def day(value: date, *, beside: date | None = None) -> str:
    """Like "30 de noviembre de 2026", without the year when it is that of `beside`."""
    words = f"{value.day} de {MONTHS[value.month - 1]}"
    return words if beside and beside.year == value.year else f"{words} de {value.year}"


def month(value: date) -> str:
    return MONTHS[value.month - 1]


def moment(value: datetime) -> str:
    """Like "20 de noviembre de 2026, 14:35 (hora de Tijuana)"."""
    place = city(value)
    return f"{day(value)}, {value:%H:%M}" + (f" (hora de {place})" if place else "")


def at(value: datetime, now: datetime) -> str:
    """Like "a las 14:35", with the day when it is not today's; both in the zone of `value`."""
    here = now.astimezone(value.tzinfo)
    hour = f"{'a la' if value.hour == 1 else 'a las'} {value:%H:%M}"
    return hour if here.date() == value.date() else f"el {day(value, beside=here)} {hour}"


def city(value: datetime) -> str:
    """The city whose hour it is, or "" when the zone has no name that a buyer would know."""
    return _CITIES.get(value.tzinfo.key, "") if isinstance(value.tzinfo, ZoneInfo) else ""


def masked_rfc(rfc: str) -> str:
    """From "ABC010203AB1" to "ABC…AB1": enough for its owner to know it."""
    return f"{rfc[:3]}…{rfc[-3:]}"
