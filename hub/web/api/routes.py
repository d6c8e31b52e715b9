"""The addresses of the API, made from its operations."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from hub.flow.context import Flow

from .call import Api, endpoint, of_http
from .docs import openapi, page
from .operations import OPERATIONS
from .problems import answer

Endpoint = Callable[[Request], Awaitable[Response]]


def api_routes(flow: Flow) -> list[BaseRoute]:
    """Everything under `/api/v1`; what is refused there is refused in the API's own words."""
    api = Api(flow)
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation in OPERATIONS:
        work = endpoint(api, operation.work, takes_body=operation.body is not None)
        by_path.setdefault(operation.path, {})[operation.method] = work
    # Fixed addresses go before those that take any rest.
    paths = sorted(by_path, key=lambda path: ":path" in path)
    routes = [
        Route("/openapi.json", partial(openapi, api)),
        Route("/docs", partial(page, api)),
        *(Route(path, _by_method(by_path[path]), methods=[*by_path[path]]) for path in paths),
    ]

    def refused(_: Request, error: Exception) -> Response:
        return answer(of_http(cast("HTTPException", error)), api.docs_url)

    return [Mount("/api/v1", app=Starlette(routes=routes, exception_handlers={HTTPException: refused}))]


def _by_method(methods: Mapping[str, Endpoint]) -> Endpoint:
    async def chosen(request: Request) -> Response:
        # A HEAD is answered like the GET that it stands for.
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return chosen
