"""Whether two processes on two cores issue twice as many invoices as one: nothing but the cores may be shared.

By the clock, so on a quiet machine only. Rounds of one and of two processes alternate and the median of their ratios
counts.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import NamedTuple

from bench.cfdi import EMISOR, checked_invoice
from bench.registry import Figure, benchmark
from bench.sales import Sale, sale
from hub.cfdi import Csd
from hub.testing.csd import TestCsd, make_csd

PROCESSES, INVOICES, ROUNDS = 2, 400, 11
OF = "3-line ingresos with rules and schema, two processes"


class _Rate(NamedTuple):
    """Invoices per second of one process and of two."""

    one: float
    two: float


@benchmark("cfdi.scale_2")
def scale() -> Figure:
    """Invoices per second of two processes against one."""
    return Figure(round(median(rate.two / rate.one for rate in _rates()), 2), "ratio", f"{OF} to one")


@benchmark("cfdi.scale_2.per_second")
def per_second() -> Figure:
    """Invoices per second of two processes."""
    return Figure(round(median(rate.two for rate in _rates())), "invoices/s", OF)


@cache
def _rates() -> tuple[_Rate, ...]:
    csd = make_csd(EMISOR.rfc, EMISOR.nombre)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _prepare, (csd,)) as pool:
        _per_second(pool, PROCESSES)  # start the processes, read the catalogs
        return tuple(_Rate(_per_second(pool, 1), _per_second(pool, PROCESSES)) for _ in range(ROUNDS))


def _per_second(pool: ProcessPoolExecutor, processes: int) -> float:
    start = perf_counter()
    done, _ = wait([pool.submit(_work) for _ in range(processes)])
    seconds = perf_counter() - start
    return sum(task.result() for task in done) / seconds


_ready: list[tuple[Csd, Sequence[Sale]]] = []


def _prepare(test: TestCsd) -> None:
    _ready.append((Csd.load(test.cer, test.key, test.password), [sale(number) for number in range(INVOICES)]))


def _work() -> int:
    csd, sales = _ready[0]
    for sold in sales:
        checked_invoice(sold, csd)
    return len(sales)
