"""`make sweep`: every amount of every family of sales is invoiced, added up and checked by SAT's rules.

Prints each family's documents and misses, and ends with 1 if there was one. `make sweep ONLY="iva 16"` for one family.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from multiprocessing import Pool
from os import cpu_count

from rich.console import Console

from hub.cfdi import check
from tests.support.cfdi_samples import invoice

from .sales_to_sweep import FAMILIES

_RATE = Decimal("18.5432")
_CHUNK = 20_000
_SHOWN = 5


def misses(name: str, amounts: Iterable[int]) -> list[str]:
    """What is wrong with the documents of a family at these amounts; nothing, one hopes."""
    family = FAMILIES[name]
    rate = None if family.currency == "MXN" else _RATE
    found = []
    for n in amounts:
        lines = family.lines(n)
        charge = sum([line.total for line in lines], Decimal(0))
        try:
            made = invoice(
                *lines, prices_include_tax=family.prices_include_tax, currency=family.currency, exchange_rate=rate
            )
        except ValueError as refusal:
            found.append(f"{name}, {n}: {refusal}")
            continue
        if made.total != charge:
            found.append(f"{name}, {n}: Total is {made.total}, charged were {charge}")
        found += [f"{name}, {n}: {v.code} {v.field}" for v in check(made)]
    return found


def main(only: str = "") -> int:
    """Sweeps all families, or one, on all cores."""
    told = Console(highlight=False)
    missed = made = 0
    started = time.monotonic()
    with Pool(cpu_count()) as pool:
        for name in [only] if only else FAMILIES:
            found = [miss for part in pool.imap_unordered(_chunk, _chunks(name)) for miss in part]
            made += FAMILIES[name].last
            missed += len(found)
            told.print(f"{name}: {FAMILIES[name].last:,} documents, {len(found)} misses")
            for miss in found[:_SHOWN]:
                told.print(f"  {miss}")
    told.print(f"{made:,} documents in {time.monotonic() - started:.0f} s, {missed} misses")
    return 1 if missed else 0


def _chunks(name: str) -> Iterator[tuple[str, range]]:
    last = FAMILIES[name].last
    for first in range(1, last + 1, _CHUNK):
        yield name, range(first, min(first + _CHUNK, last + 1))


def _chunk(part: tuple[str, range]) -> list[str]:
    return misses(*part)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
