"""A call to a PAC that is about no document of ours: it keeps the PAC's places and pace as the documents do."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog

from hub.plugin import TransientError

from .context import Flow
from .turns import Verdict, give_back, take_turn_to_ask

log = structlog.get_logger()

PATIENCE_S = 30.0
LOOK_S = 0.5


@contextmanager
def visit(flow: Flow, pac: str) -> Iterator[None]:
    """A turn at this PAC for as long as the block runs; a breaker that rests keeps nobody from asking.

    Raises:
        TransientError: there was no turn in half a minute, and the block did not run.
    """
    token = uuid4().hex
    flow.sleep(_turn(flow, pac, token))
    try:
        yield
    finally:
        _give_back(flow, pac, token)


def _turn(flow: Flow, pac: str, token: str) -> float:
    """Seconds until the call may begin, with its place taken."""
    until = flow.seconds() + PATIENCE_S
    while True:
        with flow.store.write() as session:
            turn = take_turn_to_ask(flow, session, pac, token=token)
        if turn.verdict is Verdict.NOW:
            return turn.begins_in_s
        if flow.seconds() >= until:
            raise TransientError(f"all calls that {pac} allows are under way", hint="try again in a minute")
        flow.sleep(LOOK_S)


def _give_back(flow: Flow, pac: str, token: str) -> None:
    try:
        with flow.store.write() as session:
            give_back(flow, session, pac, token=token)
    except Exception:
        # What the PAC said is worth more than its place, which is free again after a lease.
        log.exception("cannot give a turn back", pac=pac)
