"""How well the places at a slow PAC are used: the hub must not be what its documents wait for."""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from sqlalchemy import func
from sqlmodel import col, select

from bench.registry import Figure, benchmark
from hub.engine.advance import STEPS
from hub.engine.daemon import SWITCH_S
from hub.engine.local import LocalEngine
from hub.plugin import Http
from hub.store import Cfdi, CfdiState
from tests.support.databases import postgresql_answers, postgresql_database
from tests.support.world import METADATA, World, world

LATENCY_S, PLACES, DOCUMENTS, WORKERS = 1.0, 10, 400, 16


class _Slow(httpx.BaseTransport):
    """Each call takes a second more; how long all took together, and from when to when."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self.busy_s, self.first, self.last = 0.0, float("inf"), 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        start = time.perf_counter()
        time.sleep(LATENCY_S)
        answer = self._inner.handle_request(request)
        end = time.perf_counter()
        with self._lock:
            self.busy_s += end - start
            self.first, self.last = min(self.first, start), max(self.last, end)
        return answer


@benchmark("pac.slots_busy.sqlite")
def on_sqlite() -> Figure:
    """One process, threads, SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        return _measure(Path(folder), f"sqlite:///{folder}/hub.db", "SQLite")


@benchmark("pac.slots_busy.postgresql")
def on_postgresql() -> Figure:
    """One process, threads, PostgreSQL; 0 if none answers."""
    if not postgresql_answers():
        return Figure(0, "share", "no PostgreSQL answers")
    with tempfile.TemporaryDirectory() as folder, postgresql_database() as url:
        return _measure(Path(folder), url, "PostgreSQL")


def _measure(folder: Path, url: str, database: str) -> Figure:
    pac = {"use": "sandbox", "data_dir": str(folder / "pac"), "concurrency": PLACES}
    with world(folder, url, pacs__pruebas=pac, engine__workers=WORKERS) as hub:
        slow = _slowed(hub)
        for _ in range(DOCUMENTS):
            hub.stripe.pay(116000, metadata=METADATA)
        send = STEPS.pop("cfdi")  # all sealed first: this is about the queue at the PAC
        hub.poll()
        STEPS["cfdi"] = send
        with _the_daemons_engine(hub):
            _wait_until_all_are_stamped(hub)
    share = slow.busy_s / ((slow.last - slow.first) * PLACES)
    return Figure(
        round(share, 3), "share", f"{PLACES} places at a PAC of {LATENCY_S:.0f} s, {DOCUMENTS} documents, {database}"
    )


@contextmanager
def _the_daemons_engine(hub: World) -> Iterator[None]:
    """Working as in `hub run`."""
    assert isinstance(hub.engine, LocalEngine)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    engine = threading.Thread(target=hub.engine.run, args=[hub.flow])
    engine.start()
    try:
        yield
    finally:
        hub.engine.stop()
        engine.join()
        sys.setswitchinterval(before)


def _wait_until_all_are_stamped(hub: World) -> None:
    stamped = select(func.count()).where(col(Cfdi.state) == CfdiState.STAMPED)
    until = time.monotonic() + 2 * DOCUMENTS * LATENCY_S / PLACES
    while True:
        with hub.flow.store.read() as session:
            count = session.execute(stamped).scalar_one()
        if count == DOCUMENTS:
            return
        if time.monotonic() > until:
            raise RuntimeError(f"only {count} of {DOCUMENTS} documents were stamped")
        time.sleep(0.2)


def _slowed(hub: World) -> _Slow:
    pac = hub.flow.instances.pacs["pruebas"]
    options = pac.plugin.client()
    assert options.transport is not None
    slow = _Slow(options.transport)
    hub.flow.instances.pacs["pruebas"] = replace(pac, http=Http.of(replace(options, transport=slow)))  # type: ignore[index]
    return slow
