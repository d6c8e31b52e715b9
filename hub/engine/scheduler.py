"""The clock: what happens at a time. It keeps no state that matters; the rows decide what is done."""

from collections.abc import Callable
from datetime import date, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import update
from sqlmodel import Session, col, select

from hub.flow.context import Flow
from hub.flow.nightly import nightly
from hub.flow.post import forget_requests
from hub.flow.tell import tell_events
from hub.sat.zone import zone_of
from hub.store import SourceState
from hub.store.inserts import insert_new

log = structlog.get_logger()

NIGHT_HOUR, NIGHT_MINUTE = 3, 30


def scheduler(flow: Flow, sweep: Callable[[], object]) -> BackgroundScheduler:
    """All jobs of this configuration, not started yet; `sweep` looks for work that is due."""
    clock = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    clock.add_job(sweep, IntervalTrigger(seconds=max(1, flow.settings.engine.poll_idle_s)), id="sweep")
    clock.add_job(tell_events, IntervalTrigger(seconds=5), args=[flow], id="events")
    clock.add_job(forget_requests, IntervalTrigger(hours=6), args=[flow], id="forget requests")
    for name, source in flow.settings.sources.items():
        if source.enabled:
            clock.add_job(poll_now, _trigger(flow, name), args=[flow, name], id=f"poll {name}")
    for name, issuer in flow.settings.issuers.items():
        at_night = CronTrigger(hour=NIGHT_HOUR, minute=NIGHT_MINUTE, timezone=zone_of(issuer.codigo_postal), jitter=300)
        clock.add_job(last_night, at_night, args=[flow, name], id=f"nightly {name}")
    return clock


def catch_up(flow: Flow) -> None:
    """At start: every source is read at once, and a night that was missed is made up for."""
    for name, source in flow.settings.sources.items():
        if source.enabled:
            poll_now(flow, name)
    for name in flow.settings.issuers:
        try:
            last_night(flow, name)
        except Exception:
            log.exception("the missed night could not be made up for", issuer=name)


def poll_now(flow: Flow, source: str) -> None:
    """Make a source due, unless it is being read or waits for its own retry."""
    now = flow.now()
    with flow.store.write() as session:
        insert_new(session, SourceState(name=source, plugin=flow.settings.sources[source].use))
        session.execute(
            update(SourceState)
            .where(col(SourceState.name) == source, col(SourceState.due_at).is_(None))
            .values(due_at=now)
        )
        flow.kick(session, "source", _id(session, source))


def last_night(flow: Flow, issuer: str) -> None:
    """The nightly reconciliation of yesterday; the row `run(job, period)` decides who does it."""
    yesterday: date = flow.now().astimezone(zone_of(flow.issuer(issuer).codigo_postal)).date() - timedelta(days=1)
    nightly(flow, issuer, yesterday)


def _id(session: Session, source: str) -> int:
    return session.exec(select(SourceState.id).where(SourceState.name == source)).one()


def _trigger(flow: Flow, name: str) -> IntervalTrigger | CronTrigger:
    source = flow.settings.sources[name]
    if source.every.daily_at is not None:
        at = source.every.daily_at
        return CronTrigger(
            hour=at.hour, minute=at.minute, timezone=zone_of(flow.issuer(source.issuer).codigo_postal), jitter=60
        )
    seconds = (source.every.interval or timedelta(minutes=15)).total_seconds()
    return IntervalTrigger(seconds=seconds, jitter=int(min(30, seconds / 10)))
