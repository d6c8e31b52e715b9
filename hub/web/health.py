"""`/healthz`: the process lives. `/readyz`: it can take and do work."""

from collections.abc import Callable

import structlog
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hub.flow.context import Flow
from hub.store import Condition

log = structlog.get_logger()


def health_routes(flow: Flow, engine_is_up: Callable[[], bool]) -> list[BaseRoute]:
    """The two questions that a supervisor and a load balancer ask."""

    def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    def readyz(_: Request) -> Response:
        checks = {"database": _database_answers(flow), "engine": engine_is_up()}
        ready = all(checks.values())
        return JSONResponse({"status": "ready" if ready else "not ready", **checks}, 200 if ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _database_answers(flow: Flow) -> bool:
    try:
        with flow.store.read() as session:
            session.exec(select(Condition.subject).limit(1)).first()
    except Exception:
        log.exception("database does not answer")
        return False
    return True
