"""A shop's whole past is pulled in: from the first page to the last ticket that waits for its buyer.

The real daemon in its own process reads a WooCommerce shop over HTTP, a hundred orders an answer, maps them, keeps the
raw records and makes their tickets, on SQLite. The shop is a process of its own, so that the daemon's memory is only
what the hub needs; it makes its answers from orders of the fake, in the time between the hub's questions.
"""

import json
import sqlite3
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import yaml

from bench.registry import Figure, benchmark
from connectors.woocommerce.testing import FakeWooCommerce, Item
from hub.store import Store
from tests.support.process import daemon
from tests.support.world import configuration

RECORDS, FEWER = 100_000, 20_000
KINDS, LINES = 500, 3
PER_DAY = 400
LONGEST_S = 900
_DONE = """
    SELECT (SELECT count(*) FROM ticket) = :records
        AND NOT EXISTS (SELECT 1 FROM ticket WHERE due_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM source_state WHERE due_at IS NOT NULL)
"""
_RIGHT = """
    SELECT (SELECT count(*) FROM inbox WHERE kind = 'record' AND state = 'done'),
        (SELECT count(*) FROM ticket WHERE state = 'open' AND attempts = 0)
"""


class _Run(NamedTuple):
    seconds: float
    peak_mb: float


@benchmark("ingest.100k.seconds")
def seconds() -> Figure:
    """From the start of `hub run` until all orders of the shop are tickets and nothing is left to do."""
    run = _measured(RECORDS)
    rate = RECORDS / run.seconds
    return Figure(round(run.seconds, 1), "s", f"{RECORDS:,} orders of a shop pulled in, SQLite; {rate:,.0f} a second")


@benchmark("ingest.100k.mb")
def megabytes() -> Figure:
    """The most memory that the daemon ever had, which must not grow with the shop."""
    few, all_of_them = _measured(FEWER), _measured(RECORDS)
    of = f"peak of resident memory of `hub run`, {RECORDS:,} orders; {FEWER:,} orders {few.peak_mb:.1f} MB"
    return Figure(round(all_of_them.peak_mb, 1), "MB", of)


@cache
def _measured(records: int) -> _Run:
    with TemporaryDirectory() as name, _shop(records) as address:
        folder, url = Path(name), f"sqlite:///{name}/hub.db"
        _configure(folder, url, address)
        with closing(Store(url)) as store:
            store.migrate()
        begun = time.perf_counter()
        with daemon(folder) as running, closing(sqlite3.connect(folder / "hub.db", timeout=30)) as database:
            _wait(lambda: bool(database.execute(_DONE, {"records": records}).fetchone()[0]))
            taken = time.perf_counter() - begun
            peak_mb = _peak_mb(running.process_id)
            assert database.execute(_RIGHT).fetchone() == (records, records), running.said()[-3000:]
    return _Run(taken, peak_mb)


def _configure(folder: Path, url: str, address: str) -> None:
    raw = configuration(folder, url, "", 1)
    raw["log"] = {"level": "warning"}
    raw["sources"] = {
        "tienda-woo": {
            "use": "woocommerce",
            "issuer": "tienda",
            "every": "1 day",
            "start": "2020-01-01",
            "shop_url": address,
            "consumer_key": "ck_fake",
            "consumer_secret": "cs_fake",
            "per_second": 1000,  # the pace is there for the shop's sake, and is not what is measured
        }
    }
    # What is measured ends before the mail: nobody wants a link to what was sold a year ago.
    raw["issuers"]["tienda"]["invoicing"] = {"link_delay": "3650 days"}
    (folder / "config.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_S
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the hub did not come to an end")
        time.sleep(0.25)


def _peak_mb(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024 / 1e6


@contextmanager
def _shop(records: int) -> Iterator[str]:
    """A shop with so many orders, in a process of its own; gives its address."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(records, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        process.join()


def _serve(records: int, until: Connection) -> None:
    with _BigShop(records).serving() as address:
        until.send(address)
        until.recv()


class _BigShop(FakeWooCommerce):
    """Its list is written when it is asked for: what one of some orders sold, with a number and a time of its own."""

    def __init__(self, records: int) -> None:
        super().__init__()
        self._sold = list(self._templates())
        step = timedelta(days=1) / PER_DAY
        first = datetime.now(UTC).replace(tzinfo=None) - records * step
        self._changed_at = [(first + number * step).replace(microsecond=0) for number in range(records)]

    def _templates(self) -> Iterator[str]:
        transport, key = httpx.MockTransport(self.handle), ("ck_fake", "cs_fake")
        with httpx.Client(transport=transport, auth=key, base_url="http://shop.example/wp-json/wc/v3") as client:
            for number in range(KINDS):
                sold = self.sell(_cart(Random(number)), shipping="99.00")
                yield _marked(client.get(f"/orders/{sold['id']}", params={"dp": "6"}).json())

    def _list(self, params: dict[str, str]) -> httpx.Response:
        size = int(params["per_page"])
        begin = bisect_right(self._changed_at, datetime.fromisoformat(params["modified_after"]))
        begin += (int(params["page"]) - 1) * size
        body = ",".join(self._order(number) for number in range(begin, min(begin + size, len(self._changed_at))))
        return httpx.Response(200, content=f"[{body}]".encode(), headers={"content-type": "application/json"})

    def _order(self, number: int) -> str:
        moment = self._changed_at[number].isoformat()
        return self._sold[number % KINDS].replace("@number@", str(100_000 + number)).replace("@time@", moment)


def _cart(random: Random) -> list[Item]:
    return [
        Item(f"Artículo {random.randint(1, 99_999)}", f"{random.randint(10, 3_000)}.50", random.randint(1, 4))
        for _ in range(LINES)
    ]


def _marked(order: dict[str, Any]) -> str:
    """An order as it is written, with marks for its number and its times."""
    times = {name: "@time@" for name in order if name.startswith("date_")}
    billing = {**order["billing"], "email": "ana.@number@@correo.example"}
    marked = {**order, **times, "id": "@id@", "number": "@number@", "transaction_id": "ch_@number@", "billing": billing}
    return json.dumps(marked).replace('"@id@"', "@number@").replace("/", "\\/")
