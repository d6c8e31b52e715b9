"""How long the head of a request may take: a line held open with one byte a minute is closed."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 15.0


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which hangs up if the head of a request does not arrive in time."""

    patience_s = HEAD_S
    _hang_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        if self._idle():
            self._wait()
        super().data_received(data)
        if not self._idle() and self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        super().connection_lost(exc)

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        if self._hang_up is None:
            self._hang_up = self.loop.call_later(self.patience_s, self.transport.close)
