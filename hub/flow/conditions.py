"""What a person must change: told once when it begins, once when it ends."""

from sqlmodel import Session

from hub.plugin import HubError
from hub.store import Condition

from .context import Flow
from .outbox import tell_operator


def begin(flow: Flow, session: Session, subject: str, error: HubError) -> None:
    """Note that something is wrong; the operator hears it if it is news."""
    known = session.get(Condition, subject)
    if known is not None:
        known.message, known.hint = str(error), error.hint
        return
    now = flow.now()
    session.add(Condition(subject=subject, since=now, message=str(error), hint=error.hint))
    tell_operator(flow, session, subject, message=str(error), hint=error.hint, since=now, over=False)


def end(flow: Flow, session: Session, subject: str) -> None:
    """Note that it works again."""
    known = session.get(Condition, subject)
    if known is not None:
        session.delete(known)
        tell_operator(flow, session, subject, message=known.message, hint="", since=known.since, over=True)
