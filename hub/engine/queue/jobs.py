"""Jobs carry word of work that is ready. They are no truth: the rows are, and a lost job costs a sweep."""

from collections import defaultdict
from typing import Any

import procrastinate
import psycopg
from procrastinate.types import JSONDict
from sqlalchemy import event, text
from sqlmodel import Session, col, select

from hub.engine.advance import STEPS
from hub.flow.context import Flow
from hub.flow.work import TABLES
from hub.store import Cfdi, Store

TASK = "advance"
COMMON_QUEUE = "hub"
SWEEP_BATCH = 500
_PRIORITY = {entity: len(STEPS) - place for place, entity in enumerate(STEPS)}
_HAS_NO_JOB = text(
    "NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS job WHERE job.status = 'todo'"
    " AND job.args->>'entity' = :entity AND job.args->>'entity_id' = due.id::text)"
)


def queue_of(pac: str) -> str:
    """The queue of a PAC's documents, so that a slow PAC can have workers of its own."""
    return f"pac-{pac}"


class Jobs:
    """`kick` defers a job on the session's own connection: it exists if and only if the row's change is committed."""

    def __init__(self) -> None:
        app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self._task = app.task(name=TASK)(_never_called)

    def kick(self, session: Session, entity: str, entity_id: int) -> None:
        """Work is ready; said inside the transaction that made it ready."""
        if "hub_kicked" not in session.info:
            session.info["hub_kicked"] = set()
            event.listen(session, "before_commit", self._defer, once=True)
        session.info["hub_kicked"].add((entity, entity_id))

    def sweep(self, flow: Flow) -> int:
        """Defer what is due and has no job: retries, leases of workers that died, jobs that were lost."""
        found: list[tuple[str, int]] = []
        with flow.store.read() as session:
            for entity in STEPS:
                due = TABLES[entity].__table__.alias("due")  # type: ignore[attr-defined]
                query = select(due.c.id).where(due.c.due_at <= flow.now(), _HAS_NO_JOB.bindparams(entity=entity))
                found += [(entity, row) for row in session.scalars(query.order_by(due.c.due_at).limit(SWEEP_BATCH))]
        if found:
            with flow.store.write() as session:
                for entity, entity_id in found:
                    self.kick(session, entity, entity_id)
        return len(found)

    def _defer(self, session: Session) -> None:
        kicked = session.info.pop("hub_kicked")
        connection = session.connection().connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        for (queue, entity), ids in _by_queue(session, kicked).items():
            where = self._task.configure(queue=queue, priority=_PRIORITY[entity], connection=connection)
            told: list[JSONDict] = [{"entity": entity, "entity_id": entity_id} for entity_id in ids]
            where.batch_defer(*told)


def remove_stalled(store: Store) -> int:
    """Forget jobs of workers that are gone; what they served is due again when its lease ends."""
    stalled = text(
        "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND (worker_id IS NULL OR worker_id NOT IN"
        " (SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'))"
    )
    with store.write() as session:
        return int(session.execute(stalled).rowcount)  # type: ignore[attr-defined]


def _by_queue(session: Session, kicked: set[tuple[str, int]]) -> dict[tuple[str, str], list[int]]:
    cfdis = [entity_id for entity, entity_id in kicked if entity == "cfdi"]
    pacs: dict[int, str] = {}
    if cfdis:
        pacs = dict(session.exec(select(Cfdi.id, Cfdi.pac).where(col(Cfdi.id).in_(cfdis))).all())
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entity, entity_id in sorted(kicked):
        queue = queue_of(pacs[entity_id]) if entity == "cfdi" else COMMON_QUEUE
        found[queue, entity].append(entity_id)
    return found


def _never_called(**_: Any) -> None:
    """This side only defers."""
