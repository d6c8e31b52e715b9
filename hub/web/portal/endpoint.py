"""Turns a page (a plain function) into an endpoint: form read, thread, headers, and message 34 when it fails."""

import secrets
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hub.flow.portal_model import Purchase
from hub.flow.portal_port import PortalPort
from hub.web.portal import notices
from hub.web.portal.security import is_own_form, secured
from hub.web.portal.visit import Visit, read_visit

Page = Callable[[PortalPort, Visit], Response]
PurchasePage = Callable[[PortalPort, Visit, Purchase], Response]
Endpoint = Callable[[Request], Awaitable[Response]]

_log = structlog.get_logger(__name__)
_KEY_ALPHABET = "23456789CDFGHJKMNPQRTVWXY"  # nothing that reads as something else, no words


def endpoint(port: PortalPort, page: Page) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            visit = await read_visit(request)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except HTTPException as error:
            return secured(notices.unreadable(Visit(request, {}), error.status_code), request)
        if request.method == "POST" and not is_own_form(request):
            return secured(notices.unreadable(visit, HTTPStatus.FORBIDDEN), request)
        return secured(await run_in_threadpool(_guarded, port, page, visit), request)

    return answer


def of_purchase(page: PurchasePage) -> Page:
    """A page behind a link: opens the purchase, or answers message 26 (27 after too many unknown links)."""

    def opened(port: PortalPort, visit: Visit) -> Response:
        purchase = port.open(visit.token)
        if purchase is not None:
            return page(port, visit, purchase)
        if not port.hit(f"link:{visit.client}"):
            return notices.too_many_tries(visit, port.brand(""))
        return notices.unknown_link(visit, port.brand(""))

    return opened


def _guarded(port: PortalPort, page: Page, visit: Visit) -> Response:
    try:
        return page(port, visit)
    except Exception as error:  # the buyer gets message 34, the operator the place
        key = "".join(secrets.choice(_KEY_ALPHABET) for _ in range(5))
        _log.error("portal_page_failed", key=key, page=_route(visit), error=type(error).__name__, at=_places(error))
        return notices.failure(visit, key)


def _route(visit: Visit) -> str:
    # The pattern, not the path: the path holds the token.
    route = visit.request.scope.get("route")
    return str(getattr(route, "path", ""))


def _places(error: Exception) -> list[str]:
    # Places only: the text of an exception may quote what the buyer typed.
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
