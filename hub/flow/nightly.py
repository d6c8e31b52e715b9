"""The nightly reconciliation: the last days compared, and the operator told if anything needs a person."""

from datetime import date, datetime, timedelta

import structlog
from sqlmodel import Session

from hub.store import JobRun
from hub.store.inserts import insert_new

from .context import Flow
from .outbox import Notice, tell_operator
from .reconcile import Finding, Report, reconcile

log = structlog.get_logger()

DAYS_BACK = 31
GIVEN_UP_AFTER = timedelta(hours=1)
FOR_A_PERSON = frozenset(Finding) - {Finding.NOT_INVOICED}


def nightly(flow: Flow, issuer: str, day: date) -> Report | None:
    """Compare the month that ends with `day`; None if it has been done."""
    now = flow.now()
    job, period = f"reconcile {issuer}", day.isoformat()
    with flow.store.write() as session:
        if not _ours(session, job, period, now):
            return None
    since = day - timedelta(days=DAYS_BACK)
    report = reconcile(flow, issuer, since, day)
    serious = [d for d in report.differences if d.finding in FOR_A_PERSON]
    with flow.store.write() as session:
        run = session.get_one(JobRun, (job, period))
        run.finished_at, run.result = flow.now(), report.as_json()
        if serious:
            message = "\n".join(f"{d.finding}: {d.source} {d.sale}: {d.why}" for d in serious[:50])
            hint = f"`hub reconcile --issuer {issuer} --since {since} --until {day}` shows all"
            tell_operator(flow, session, Notice("difference", job, message, now, hint=hint))
    log.info("reconciled", issuer=issuer, until=period, differences=len(report.differences), serious=len(serious))
    return report


def _ours(session: Session, job: str, period: str, now: datetime) -> bool:
    """Whether this process is the one to do it: nobody did, or whoever began is long gone."""
    if insert_new(session, JobRun(job=job, period=period, started_at=now)) is not None:
        return True
    run = session.get_one(JobRun, (job, period), with_for_update=True)
    if run.finished_at is not None or now - run.started_at < GIVEN_UP_AFTER:
        return False
    run.started_at = now
    return True
