"""What a person must change: told once when it begins, once when it ends."""

from sqlalchemy import delete, update
from sqlmodel import Session, col

from hub.config import OperatorEvent
from hub.plugin import HubError
from hub.store import Condition
from hub.store.inserts import insert_new

from .context import Flow
from .outbox import Notice, tell_operator


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
    # Of several workers that see the end, the one whose delete finds the row tells it.
    gone = delete(Condition).where(col(Condition.subject) == subject)
    ended = session.execute(gone.returning(col(Condition.message), col(Condition.since))).one_or_none()
    if ended is not None:
        message, since = ended
        tell_operator(flow, session, Notice(_about(subject), subject, message, since, over=True))


def _about(subject: str) -> OperatorEvent:
    return "in_doubt" if subject.startswith("cfdi ") else "config_error"
