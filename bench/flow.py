"""Sales over HTTP to stamped and mailed: the real daemon in its own process, the sandbox PAC without latency.

The shop and the mail server run in the measuring process, the senders of webhooks in one of their own; they share the
machine with the daemon, so the figures are what is left to the hub on a small server. Raw commits and raw signatures of
the same run stand beside them.
"""

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import text
from sqlmodel import col, select

from bench.registry import Figure, benchmark
from bench.senders import Delivery, Sent, send
from hub.store import Cfdi, CfdiTicket, InboxItem, Ticket
from tests.support.databases import postgresql_database
from tests.support.process import Daemon, daemon
from tests.support.world import METADATA, World, world

SALES = 400
PACED_SALES, PACED_PER_S = 300, 10.0
WARM_SALES, ACKED, ACKED_PER_S = 20, 1000, 200.0
IDLE_S = 20.0
_STAMPED = (
    select(Ticket.movement_key, Cfdi.stamped_at)
    .join(CfdiTicket, col(CfdiTicket.ticket_id) == col(Ticket.id))
    .join(Cfdi, col(Cfdi.id) == col(CfdiTicket.cfdi_id))
)
_DONE = text(
    "SELECT (SELECT count(*) FROM ticket WHERE state = 'invoiced'), "
    "(SELECT count(*) FROM delivery WHERE state = 'sent' AND kind = 'invoice')"
)


@benchmark("flow.sqlite.per_s")
def per_s_on_sqlite() -> Figure:
    """Sales a second, from the first webhook to the last mail, on SQLite."""
    with TemporaryDirectory() as folder:
        rate = _rate(Path(folder), f"sqlite:///{folder}/hub.db")
        raw = _commits_per_s_sqlite(Path(folder))
    return Figure(rate, "sales/s", f"stamped and mailed, SQLite; {raw:.0f} raw commits/s on the same disk")


@benchmark("flow.postgres.per_s")
def per_s_on_postgresql() -> Figure:
    """The same on PostgreSQL."""
    with TemporaryDirectory() as folder, postgresql_database() as url:
        rate = _rate(Path(folder), url)
        raw = _commits_per_s_postgresql(url)
    return Figure(rate, "sales/s", f"stamped and mailed, PostgreSQL; {raw:.0f} raw commits/s at the same server")


@benchmark("flow.p50_ms")
def p50_ms() -> Figure:
    """From the webhook's arrival to the stamp, half of the sales, at a steady pace."""
    return _waits(50)


@benchmark("flow.p99_ms")
def p99_ms() -> Figure:
    """From the webhook's arrival to the stamp, 99 of 100 sales, at a steady pace."""
    return _waits(99)


@benchmark("webhook.ack_p99_ms")
def ack_p99_ms() -> Figure:
    """How long a sender waits for its 2xx when deliveries arrive at a steady 200 a second, at a daemon that is warm."""
    with TemporaryDirectory() as folder, _shop(Path(folder), f"sqlite:///{folder}/hub.db") as (made, running):
        _sell(made, running, WARM_SALES)
        _wait(running, lambda: _counts(made) == (WARM_SALES, WARM_SALES))
        # What is measured is taking deliveries in; the work after it goes on at its own pace.
        made.misbehave("slow", times=None, seconds=5)
        waits = _sell(made, running, ACKED, ACKED_PER_S).waits_ms
    half = _percentile(waits, 50)
    of = f"webhook acknowledged, {ACKED} deliveries at {ACKED_PER_S:.0f}/s, SQLite; half within {half:.1f} ms"
    return Figure(round(_percentile(waits, 99), 1), "ms", of)


@benchmark("idle.cpu_percent")
def idle_cpu() -> Figure:
    """Of one core, while nothing happens."""
    with _idle() as processes:
        before = _cpu_s(processes)
        time.sleep(IDLE_S)
        return Figure(round((_cpu_s(processes) - before) / IDLE_S * 100, 2), "%", "one core, a daemon without work")


@benchmark("idle.mb")
def idle_megabytes() -> Figure:
    """Memory of a daemon that has nothing to do: what its two processes share counts once."""
    with _idle() as processes:
        return Figure(round(_resident_mb(processes), 1), "MB", "resident, a daemon without work, both processes")


def _rate(folder: Path, url: str) -> float:
    with _shop(folder, url) as (made, running):
        begun = _sell(made, running, SALES).begun
        _wait(running, lambda: _counts(made) == (SALES, SALES))
        return round(SALES / (time.perf_counter() - begun), 1)


def _waits(percent: int) -> Figure:
    with (
        TemporaryDirectory() as folder,
        _shop(Path(folder), f"sqlite:///{folder}/hub.db") as (made, running),
    ):
        _sell(made, running, PACED_SALES, PACED_PER_S)
        _wait(running, lambda: _counts(made)[0] == PACED_SALES)
        waits = [(stamped - arrived).total_seconds() * 1000 for arrived, stamped in _journeys(made)]
    of = f"webhook received to stamped, {PACED_SALES} sales at {PACED_PER_S:.0f}/s, SQLite"
    return Figure(round(_percentile(waits, percent), 1), "ms", of)


def _journeys(made: World) -> Iterator[tuple[datetime, datetime]]:
    """When each sale's webhook was received, and when it was stamped."""
    sale_of = {event["id"]: event["data"]["object"]["id"] for event in made.stripe.events()}
    arrived = {sale_of[item.delivery_key]: item.received_at for item in made.all(InboxItem) if item.kind == "delivery"}
    with made.flow.store.read() as session:
        journeys = session.execute(_STAMPED).all()
    for sale, stamped in journeys:
        yield arrived[sale], stamped


@contextmanager
def _shop(folder: Path, url: str) -> Iterator[tuple[World, Daemon]]:
    with (
        world(folder, url, web__public_url="http://127.0.0.1:1", log__level="warning") as made,
        daemon(folder) as running,
    ):
        yield made, running


def _sell(made: World, running: Daemon, sales: int, per_s: float | None = None) -> Sent:
    """Pay so many times, and then deliver the events."""
    return send(f"{running.url}/webhooks/stripe-mx", [_paid(made, number) for number in range(sales)], per_s)


def _paid(made: World, number: int) -> Delivery:
    made.stripe.pay(10_000 + number, metadata=METADATA, receipt_email="compras@prueba.example")
    return made.stripe.delivery(made.stripe.events("payment_intent.succeeded")[-1])


def _counts(made: World) -> tuple[int, int]:
    with made.flow.store.read() as session:
        invoiced, mailed = session.execute(_DONE).one()
    return invoiced, mailed


def _wait(running: Daemon, what: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not what():
        if time.monotonic() > until:
            raise TimeoutError(f"the hub did not come to an end; it said:\n{running.said()[-3000:]}")
        time.sleep(0.1)


def _percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


@contextmanager
def _idle() -> Iterator[list[int]]:
    """The daemon's processes, of which one made the other."""
    with TemporaryDirectory() as folder, _shop(Path(folder), f"sqlite:///{folder}/hub.db") as (_, running):
        time.sleep(3)
        made = Path(f"/proc/{running.process_id}/task/{running.process_id}/children").read_text(encoding="ascii")
        yield [running.process_id, *map(int, made.split())]


def _cpu_s(processes: Sequence[int]) -> float:
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_mb(processes: Sequence[int]) -> float:
    """Pages that several processes share count for each in part (`Pss`)."""
    rolled_up = [Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii") for process in processes]
    return sum(int(kb) for text in rolled_up for kb in re.findall(r"^Pss: +(\d+) kB", text, re.MULTILINE)) * 1024 / 1e6


def _commits_per_s_sqlite(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB)")
        return _per_s(lambda: database.execute("INSERT INTO raw (body) VALUES (zeroblob(1000))"))


def _commits_per_s_postgresql(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE TABLE raw (id bigserial PRIMARY KEY, body bytea)")
        return _per_s(lambda: server.execute("INSERT INTO raw (body) VALUES (%s)", [b"\0" * 1000]))


def _per_s(commit: Callable[[], object]) -> float:
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + 1:
        commit()
        count += 1
    return count / (time.perf_counter() - begun)
