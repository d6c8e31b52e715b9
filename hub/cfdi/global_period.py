"""The period of a factura global: c_Periodicidad and c_Meses as dates, and back."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from hub.cfdi.document import InformacionGlobal

DIARIO, SEMANAL, QUINCENAL, MENSUAL, BIMESTRAL = "01", "02", "03", "04", "05"
PERIODICIDADES = (DIARIO, SEMANAL, QUINCENAL, MENSUAL, BIMESTRAL)
_HALF = 15


class GlobalPeriod(NamedTuple):
    """First and last day, both included, in the local time of the branch that sold."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        """Whether a day lies in the period."""
        return isinstance(day, date) and self.first <= day <= self.last


def period_of(periodicidad: str, day: date) -> GlobalPeriod:
    """The period that `day` belongs to: 01 day, 02 week from Monday, 03 half month, 04 month, 05 two months.

    Raises ValueError for a key that c_Periodicidad does not have (CFDI40131).
    """
    first_of_month, last_of_month = day.replace(day=1), _last_of_month(day)
    if periodicidad == DIARIO:
        return GlobalPeriod(day, day)
    if periodicidad == SEMANAL:
        monday = day - timedelta(days=day.weekday())
        return GlobalPeriod(monday, monday + timedelta(days=6))
    if periodicidad == QUINCENAL:
        middle = day.replace(day=_HALF)
        return GlobalPeriod(first_of_month, middle) if day <= middle else _from(middle, last_of_month)
    if periodicidad == MENSUAL:
        return GlobalPeriod(first_of_month, last_of_month)
    if periodicidad == BIMESTRAL:
        odd = day.replace(day=1, month=day.month - 1 + day.month % 2)
        return GlobalPeriod(odd, _last_of_month(odd.replace(month=odd.month + 1)))
    raise ValueError(f"CFDI40131: c_Periodicidad has no key {periodicidad!r}; use 01 to 05")


def informacion_global(periodicidad: str, day: date) -> InformacionGlobal:
    """The node of a global with sales of `day`: Meses 01-12, or 13-18 for two months (CFDI40134, CFDI40135)."""
    meses = 12 + (day.month + 1) // 2 if periodicidad == BIMESTRAL else day.month
    return InformacionGlobal(periodicidad, f"{meses:02}", f"{day.year:04}")


def _from(middle: date, last: date) -> GlobalPeriod:
    return GlobalPeriod(middle + timedelta(days=1), last)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
