"""`POST /webhooks/<source>`: 2xx only after the raw delivery is committed."""

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hub.flow.arrivals import Arrivals
from hub.flow.context import Flow
from hub.flow.receive import NoWebhooksError, receive
from hub.plugin import DataError, HubError, SignatureError, WebhookSource
from hub.plugin.storable import fit
from hub.secrecy import masked

from .raw_body import raw_body

log = structlog.get_logger()

MAX_BYTES = 1_000_000


def webhook_routes(flow: Flow) -> list[BaseRoute]:
    """The address that each source's remote side calls."""
    arrivals = Arrivals(flow)

    async def take(request: Request) -> Response:
        source = request.path_params["source"]
        body = await raw_body(request, MAX_BYTES)
        if body is None:
            return _problem(413, f"a delivery has at most {MAX_BYTES} bytes")
        return await run_in_threadpool(_receive, flow, source, _headers(request), body, arrivals)

    return [Route("/webhooks/{source}", take, methods=["POST"])]


def _headers(request: Request) -> dict[str, str]:
    """The headers, and the parameters of the address as RawRequest wants them."""
    return dict(request.headers) | {f"?{name}": value for name, value in request.query_params.items()}


def _receive(flow: Flow, source: str, headers: dict[str, str], body: bytes, arrivals: Arrivals) -> Response:
    try:
        receipt = receive(flow, source, headers, body, arrivals)
    except NoWebhooksError:
        return _problem(404, "there is no such source, or it takes no deliveries")
    except SignatureError as error:
        log.warning("delivery refused", source=source, why=str(error))
        return _problem(_refusal_status(flow, source), str(error))
    except DataError as error:
        log.warning("delivery unreadable", source=source, why=str(error))
        return _problem(400, str(error))
    except HubError as error:
        log.warning("delivery not taken", source=source, why=str(error))
        return _problem(503, "try again later")
    except Exception:
        log.exception("delivery not taken", source=source)
        return _problem(503, "try again later")
    return JSONResponse({"received": True, "new": receipt.new})


def _refusal_status(flow: Flow, source: str) -> int:
    plugin = flow.instances.sources[source].plugin
    return plugin.refusal_status if isinstance(plugin, WebhookSource) else 401


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse(
        {"status": status, "detail": fit(masked(detail))}, status, media_type="application/problem+json"
    )
