"""The ASGI application."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware

from hub.flow.context import Flow
from hub.flow.portal import Portal

from .api import api_routes
from .health import health_routes
from .patience import PatientApp
from .portal import portal_routes
from .webhooks import webhook_routes


def make_app(flow: Flow, engine_is_up: Callable[[], bool]) -> Starlette:
    """Webhooks, REST API, portal and health over one flow."""
    routes = [
        *webhook_routes(flow),
        *api_routes(flow),
        *health_routes(flow, engine_is_up),
        *portal_routes(Portal(flow)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(PatientApp)])
