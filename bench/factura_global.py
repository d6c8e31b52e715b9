"""A factura global of ten thousand tickets: time to build, seal and serialise it, and the memory that takes.

And whether five times as many tickets take five times as long.
"""

import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from statistics import median
from time import process_time

from bench.registry import Figure, benchmark
from hub.cfdi import Csd, Emisor, GlobalTicket, PaidUnder, TaxRate, facturas_globales, period_of, seal
from hub.testing.csd import make_csd

TICKETS, ROUNDS = 10_000, 5
FEW, MANY, ROUNDS_OF_MANY = 1_000, 50_000, 6
EMISOR = Emisor("EKU9003173C9", "ESCUELA KEMPER URGATE", "601")
IVA_16, IVA_0 = TaxRate("002", "Tasa", Decimal("0.16")), TaxRate("002", "Tasa", Decimal(0))
IEPS_8 = TaxRate("003", "Tasa", Decimal("0.08"))
OPENING = datetime(2026, 11, 1, 12, tzinfo=UTC)
OF = "one global of 10,000 tickets (half 16 %, a quarter 16 % and 0 %, a quarter IEPS 8 % and 16 %), sealed bytes"


@benchmark("global.10000.seconds")
def seconds() -> Figure:
    """CPU time, the median of some rounds."""
    tickets, csd = _tickets(), _csd()
    return Figure(round(median(_seconds(tickets, csd) for _ in range(ROUNDS)), 3), "s", OF)


@benchmark("global.10000.mb")
def megabytes() -> Figure:
    """The most that Python holds at once beyond the tickets themselves."""
    tickets, csd = _tickets(), _csd()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    _sealed(tickets, csd)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return Figure(round(peak / 1e6, 1), "MB", OF)


@benchmark("global.linear")
def linear() -> Figure:
    """CPU time for a ticket among many against one among few; the quickest of alternating rounds of both.

    A machine whose clock changes makes the medians of a second and of a hundredth of it differ by half.
    """
    few, many, csd = _tickets(FEW), _tickets(MANY), _csd()
    of_few, of_many = float("inf"), float("inf")
    for _ in range(ROUNDS_OF_MANY):
        of_few = min(of_few, *(_seconds(few, csd) for _ in range(ROUNDS)))
        of_many = min(of_many, _seconds(many, csd))
    return Figure(
        round(of_many / MANY / (of_few / FEW), 2),
        "ratio",
        f"seconds per ticket in one global of {MANY:,} tickets to one of {FEW:,}",
    )


def _seconds(tickets: list[GlobalTicket], csd: Csd) -> float:
    start = process_time()
    _sealed(tickets, csd)
    return process_time() - start


def _sealed(tickets: list[GlobalTicket], csd: Csd) -> bytes:
    (document,) = facturas_globales(
        emisor=EMISOR,
        tickets=tickets,
        periodicidad="04",
        period=period_of("04", date(2026, 11, 1)),
        fecha=OPENING + timedelta(days=29),
        lugar_expedicion="42501",
        item_limit=len(tickets),
    ).documents
    return seal(document.comprobante, csd).xml


def _tickets(count: int = TICKETS) -> list[GlobalTicket]:
    return [_ticket(number, Decimal(2000 + number * 37 % 90_000) / 100) for number in range(count)]


def _ticket(number: int, total: Decimal) -> GlobalTicket:
    mixes = (
        (PaidUnder((IVA_16,), total),),
        (PaidUnder((IVA_16,), total - 10), PaidUnder((IVA_0,), Decimal(10))),
        (PaidUnder((IVA_16,), total),),
        (PaidUnder((IEPS_8, IVA_16), total),),
    )
    sold_at = OPENING + timedelta(seconds=number * 45)
    return GlobalTicket(f"T-{number:05}", mixes[number % len(mixes)], total, "04", sold_at)


@cache
def _csd() -> Csd:
    made = make_csd(EMISOR.rfc, EMISOR.nombre)
    return Csd.load(made.cer, made.key, made.password)
