"""Until when: cancelling, payments (REP), globals, stamping, keeping. Each answer names the rule it comes from.

Every rule is a row with the days on which it was in force, so an old document is judged by the rule of its time.
`confirmed=False` marks what is known from summaries only, or is not settled.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from hub.sat import rfc as sat_rfc
from hub.sat.assumptions import current
from hub.sat.calendar import add_business_days
from hub.sat.rfc import Person
from hub.sat.zone import zone_of

_RESICO = "626"
_REP_NEEDS_ACCEPTANCE_SINCE = date(2026, 1, 1)
STAMPING_HOURS = 72


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day (inclusive) on which something may be done, the rule that says so, and whether it is certain."""

    on: date
    rule: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Window:
    """From `first` to `last`, both inclusive, aware of the zone of the LugarExpedicion."""

    first: datetime
    last: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, the rule that says so, and whether it is certain."""

    yes: bool
    rule: str
    confirmed: bool


def cancellation_limit(issued: date, person: Person, regimen: str) -> Deadline:
    """Last day to cancel a CFDI issued that day: the month of the annual return of ISR for its year (CFF 29-A).

    31 March for a persona moral, 30 April for a persona física of the following year; before 2026 (RMF 2.7.1.47) the
    same. For a persona física in RESICO, who files none in practice, the year's own end is the careful answer
    (`Assumptions.resico_cancels`).
    """
    resico = current().resico_cancels
    if person == "fisica" and regimen == _RESICO and resico != "following_april":
        return Deadline(date(issued.year, 12, 31), "CFF 29-A, LISR 113-G", confirmed=resico is not None)
    last = date(issued.year + 1, 3, 31) if person == "moral" else date(issued.year + 1, 4, 30)
    if issued.year >= 2025:
        return Deadline(last, "CFF 29-A (DOF 7-Nov-2025)", confirmed=True)
    return Deadline(last, "CFF 29-A, RMF 2.7.1.47", confirmed=issued.year >= 2022)


def rep_deadline(paid: date) -> Deadline:
    """Last day to issue the REP of a payment: 5th natural day of the following month; before 2022 the 10th."""
    following = (paid.replace(day=1) + timedelta(days=31)).replace(day=1)
    if paid >= date(2022, 1, 1):
        return Deadline(following.replace(day=5), "RMF 2.7.1.32", confirmed=paid.year >= 2024)
    return Deadline(following.replace(day=10), "RMF 2.7.1.35 of 2021", confirmed=False)


def global_deadline(period_end: date) -> Deadline:
    """Last day to send the factura global of a period to the PAC: 24 hours after its close (RMF 2.7.1.21)."""
    return Deadline(period_end + timedelta(days=1), "RMF 2.7.1.21", confirmed=True)


def month_end(day: date) -> date:
    """Last day of its month: a PUE not paid by then must become PPD (RMF 2.7.1.39), a monthly global closes."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def stamping_window(fecha: datetime, codigo_postal: str) -> Window:
    """When a PAC stamps a CFDI of this Fecha: from Fecha itself to 72 hours later (RMF 2.7.2.9; PAC code 401).

    Args:
        fecha: naive as in the XML, or aware; local time of `codigo_postal`.
        codigo_postal: LugarExpedicion.

    Raises:
        LookupError: SAT lists no such CP.
    """
    zone: ZoneInfo = zone_of(codigo_postal)
    first = fecha.replace(tzinfo=zone) if fecha.tzinfo is None else fecha.astimezone(zone)
    # Hours that pass, not hours of the clock: a change to summer time must not move the end.
    last = datetime.fromtimestamp(first.timestamp() + STAMPING_HOURS * 3600, zone)
    return Window(first, last, "RMF 2.7.2.9")


def keep_until(issued: date, person: Person) -> Deadline:
    """Until when XML and accounting are kept: five years from the annual return of the year (CFF 30).

    Longer with losses carried forward and for constitutive documents, which nobody can tell from a CFDI.
    """
    month, day = (3, 31) if person == "moral" else (4, 30)
    return Deadline(date(issued.year + 6, month, day), "CFF 30", confirmed=True)


def acceptance_deadline(requested: date) -> Deadline:
    """Last day on which a receptor may refuse a cancellation: three business days; silence accepts (RMF 2.7.1.34)."""
    counted = add_business_days(requested, 3)
    return Deadline(counted.on, "RMF 2.7.1.34", confirmed=counted.confirmed)


def may_cancel_without_acceptance(
    *,
    tipo: Literal["I", "E", "P", "N", "T"],
    total: Decimal,
    receptor: str,
    issued: date,
    requested: date,
    hidrocarburos: bool = False,
) -> Answer:
    """Whether RMF 2.7.1.35 lets the issuer cancel alone. ConsultaCFDI's EsCancelable has the last word.

    Args:
        tipo: TipoDeComprobante.
        total: in MXN.
        receptor: its RFC; público en general and residents abroad never need to accept.
        issued: day of Fecha.
        requested: day of the request.
        hidrocarburos: petroleum products or a Carta Porte of fuel, for which only the generic RFCs are an exception.
    """
    if sat_rfc.is_generic(receptor):
        return _free("VII" if receptor == sat_rfc.NACIONAL else "VIII")
    if hidrocarburos:
        return Answer(False, "RMF 2.7.1.35", confirmed=True)
    if tipo in _FREE_TYPES:
        return _free(_FREE_TYPES[tipo])
    # The total of a REP is 0, so until 2025 every one was below the limit.
    if total <= 1000 and (tipo != "P" or requested < _REP_NEEDS_ACCEPTANCE_SINCE):
        return _free("I")
    next_day = add_business_days(issued + timedelta(days=1), 0)
    return Answer(requested <= next_day.on, "RMF 2.7.1.35 IX", confirmed=next_day.confirmed)


_FREE_TYPES = {"N": "II", "E": "III", "T": "IV"}


def _free(fraction: str) -> Answer:
    return Answer(True, f"RMF 2.7.1.35 {fraction}", confirmed=True)


def end_of(deadline: Deadline, codigo_postal: str) -> datetime:
    """The last second of a deadline in the zone of a CP; raises LookupError for an unknown one."""
    return datetime.combine(deadline.on, time(23, 59, 59), zone_of(codigo_postal))
