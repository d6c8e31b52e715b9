"""What a million tickets in the store cost the next piece of work, a buyer's look-up and the reconciliation of a month.

The same month of 5,000 sales, once in a store of ten thousand tickets and once of a million, in one run: the ratio of
the times. Rows are copies of a sale that the hub made itself.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Table, text

from bench.registry import Figure, benchmark
from hub.flow.portal import Portal
from hub.flow.reconcile import reconcile
from hub.flow.work import claim, due
from hub.store import Cfdi, CfdiTicket, InboxItem, Ticket
from tests.support.world import METADATA, World, world

SMALL, LARGE, IN_MONTH = 10_000, 1_000_000, 5_000
MONTH = date(2026, 10, 1), date(2026, 10, 31)
LEASE = timedelta(seconds=60)


@benchmark("million.claim.ratio")
def claim_ratio() -> Figure:
    """Look for due work and claim it."""
    return _ratio("claim", "finding and claiming the next work")


@benchmark("million.portal.ratio")
def portal_ratio() -> Figure:
    """A buyer looks a purchase up by number and total."""
    return _ratio("portal", "a buyer's look-up by number and total")


@benchmark("million.reconcile.ratio")
def reconcile_ratio() -> Figure:
    """Reconcile the month."""
    return _ratio("reconcile", f"reconciliation of a month with {IN_MONTH:,} sales")


def _ratio(what: str, of: str) -> Figure:
    small, large = _measured(SMALL)[what], _measured(LARGE)[what]
    return Figure(
        round(large / small, 2),
        "ratio",
        f"{of}: {LARGE:,} tickets against {SMALL:,}; {large * 1000:.2f} ms against {small * 1000:.2f} ms, SQLite",
    )


@cache
def _measured(tickets: int) -> dict[str, float]:
    with _store_of(tickets) as made:
        return {
            "claim": _seconds(lambda: _claim_next(made)),
            "portal": _seconds(lambda: _look_up(made, tickets)),
            "reconcile": _seconds(lambda: reconcile(made.flow, "tienda", *MONTH), rounds=5),
        }


def _seconds(work: Callable[[], object], rounds: int = 101) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times)


def _claim_next(made: World) -> None:
    now = made.flow.now()
    with made.flow.store.write() as session:
        due(session.get_one(Ticket, 1), now)
    assert made.engine._due(made.flow) == [("ticket", [1])]
    assert claim(made.flow.store, Ticket, 1, now=made.flow.now(), lease=LEASE)


def _look_up(made: World, tickets: int) -> None:
    assert Portal(made.flow).find("tienda", f"COPY{tickets}", "1160.00")


@contextmanager
def _store_of(tickets: int) -> Iterator[World]:
    with TemporaryDirectory() as folder, world(Path(folder), f"sqlite:///{folder}/hub.db") as made:
        made.stripe.pay(116000, metadata=METADATA)
        made.poll()
        made.pass_time(minutes=5)
        assert made.stamps()
        with made.flow.store.write() as session:
            for statement in _copies(tickets):
                session.execute(text(statement))
        with made.flow.store.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        yield made


def _copies(count: int) -> Iterator[str]:
    """Copies of the first sale, numbered from 2; the last of them were sold in the month, all others before it."""
    month = datetime(MONTH[0].year, MONTH[0].month, 15, tzinfo=UTC)
    sold = f"CASE WHEN n > {count - IN_MONTH} THEN '{_at(month)}' ELSE '{_at(month - timedelta(days=365))}' END"
    yield _copy(
        Ticket,
        count,
        id="n",
        movement_key="'copy' || n",
        reference="'copy' || n",
        canonical_reference="'C0PY' || n",
        link="'link' || n",
        purchase_link="'purchase' || n",
        sold_at=sold,
    )
    yield _copy(
        Cfdi,
        count,
        id="n",
        key="'copy' || n",
        folio="1000 + n",
        sello_sha256="'s' || n",
        uuid="'u' || n",
        sealed_at=sold,
    )
    yield _copy(CfdiTicket, count, cfdi_id="n", ticket_id="n")
    first = "(SELECT max(id) FROM inbox)"
    yield _copy(InboxItem, count, id=f"{first} + n", delivery_key="'copy' || n")


def _copy(model: type, count: int, **changed: str) -> str:
    table: Table = model.__table__  # type: ignore[attr-defined]
    columns = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, name) for name in columns)
    return (
        f"WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
        f"INSERT INTO {table.name} ({', '.join(columns)}) "
        f"SELECT {values} FROM (SELECT * FROM {table.name} LIMIT 1), numbers"
    )


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
