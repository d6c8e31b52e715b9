"""How long the body of a request may take: a line held open with one byte a minute is answered and closed."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_S = 20.0


class PatientApp:
    """Raises HTTP 408 where the application waits for a body that does not arrive in time."""

    def __init__(self, app: ASGIApp, *, body_s: float = BODY_S) -> None:
        self._app = app
        self._body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _until(asyncio.get_running_loop().time() + self._body_s, receive)
        await self._app(scope, receive, send)


def _until(deadline: float, receive: Receive) -> Callable[[], Awaitable[Message]]:
    complete = False

    async def wait() -> Message:
        nonlocal complete
        if complete:  # what comes now is the client leaving, for which an answer may wait long
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "the body took too long to arrive", {"connection": "close"}) from None
        complete = not message.get("more_body", False)
        return message

    return wait
