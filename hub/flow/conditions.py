"""What a person must change: told once when it begins, once when it ends; and the waiting meanwhile."""

from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col

from hub.config import OperatorEvent
from hub.plugin import HubError, TransientError
from hub.store import Condition
from hub.store.inserts import insert_new
from hub.store.tables import Work

from .context import Flow
from .outbox import Notice, tell_operator
from .work import again, lasts

PAUSE_S = 600.0
"""Between two tries of what a person must mend first."""
_TABLE: Any = Condition.__table__  # type: ignore[attr-defined]
# Of several workers that see the end, the one whose delete finds the row tells it. Each step that goes well asks.
_ENDED = delete(_TABLE).where(_TABLE.c.subject == bindparam("of")).returning(_TABLE.c.message, _TABLE.c.since)


def wait_out(flow: Flow, session: Session, row: Work, subject: str, error: HubError) -> None:
    """It did not happen: try the same step again later, and tell a person if it will not pass by itself."""
    retry_after_s = error.retry_after_s if isinstance(error, TransientError) else PAUSE_S
    if not isinstance(error, TransientError) or lasts(row):
        begin(flow, session, subject, error)
    again(row, flow.now(), after_s=retry_after_s)


def begin(flow: Flow, session: Session, subject: str, error: HubError) -> None:
    """Note that something is wrong; the operator hears it if it is news."""
    now = flow.now()
    news = Condition(subject=subject, since=now, message=str(error), hint=error.hint)
    if insert_new(session, news) is None:
        known = update(Condition).where(col(Condition.subject) == subject)
        session.execute(known.values(message=news.message, hint=news.hint))
        return
    tell_operator(flow, session, Notice(_about(subject), subject, news.message, now, hint=news.hint))


def end(flow: Flow, session: Session, subject: str) -> None:
    """Note that it works again."""
    ended = session.execute(_ENDED, {"of": subject}).one_or_none()
    if ended is not None:
        message, since = ended
        tell_operator(flow, session, Notice(_about(subject), subject, message, since, over=True))


def _about(subject: str) -> OperatorEvent:
    return "in_doubt" if subject.startswith("cfdi ") else "config_error"
