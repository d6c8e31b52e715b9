"""A stateful Google Sheets over HTTP, for tests and demonstrations: token endpoint, one spreadsheet, quotas."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hub.testing.service import served

from .testing_rest import Failure, Rest

Json = dict[str, Any]
EMAIL = "hub@tienda-prueba.iam.gserviceaccount.com"
FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's dates have no zone)


@dataclass(frozen=True)
class Day:
    """A cell that holds a date, with or without a time: a number to Google, a date to people."""

    at: datetime

    @property
    def serial(self) -> Decimal:
        """Days since 1899-12-30."""
        since = self.at - FIRST_DAY
        return Decimal(since.days) + (Decimal(since.seconds) / 86_400).quantize(Decimal("1e-11"))

    @property
    def shown(self) -> str:
        """As a Mexican spreadsheet shows it."""
        return f"{self.at:%d/%m/%Y %H:%M:%S}" if self.at.time() != datetime.min.time() else f"{self.at:%d/%m/%Y}"


@dataclass
class Tab:
    """A sheet: its cells by row; rows and columns of the grid."""

    title: str
    cells: list[list[Any]] = field(default_factory=list)
    rows: int = 1000
    columns: int = 26


def _now() -> datetime:
    return datetime.now(UTC)


class FakeSheets:
    """One spreadsheet that is shared with one service account."""

    def __init__(
        self,
        clock: Callable[[], datetime] = _now,
        timezone: str = "America/Mexico_City",
        private_key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        self.clock, self.timezone = clock, timezone
        self.id = "1FAKEspreadsheetId"
        self.private_key = private_key or rsa.generate_private_key(65537, 2048)
        self.tabs: list[Tab] = []
        self.role = "writer"
        self.failures: list[Failure] = []
        self.requests: list[httpx.Request] = []
        self.tokens: dict[str, tuple[str, datetime]] = {}
        self.reads_per_minute: int | None = None
        self.before_write: Callable[[], None] | None = None
        self._rest = Rest(self)

    # ---- what people do

    def tab(self, title: str, *cells: list[Any]) -> Tab:
        """A new sheet with these rows."""
        made = Tab(title, [list(row) for row in cells])
        self.tabs.append(made)
        return made

    def service_account(self, url: str = "https://oauth2.googleapis.com") -> str:
        """The JSON key, as Google's console gives it."""
        pem = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "tienda-prueba",
                "private_key_id": "k1",
                "private_key": pem,
                "client_email": EMAIL,
                "token_uri": f"{url}/token",
            }
        )

    def push(self, token: str, number: int = 1, state: str = "update") -> dict[str, str]:
        """Headers of a notification of Drive's; it has no body."""
        return {
            "x-goog-channel-id": "hub-channel-1",
            "x-goog-channel-token": token,
            "x-goog-channel-expiration": (self.clock() + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "x-goog-resource-id": "ret08u3rv24htgh289g",
            "x-goog-resource-uri": f"https://www.googleapis.com/drive/v3/files/{self.id}?alt=json",
            "x-goog-resource-state": state,
            "x-goog-changed": "content,properties",
            "x-goog-message-number": str(number),
        }

    # ---- trouble

    def fail_next(
        self, status: int, body: Json | None = None, headers: Mapping[str, str] | None = None, *, times: int = 1
    ) -> None:
        """Answer the next requests to the API with an error; the token endpoint works."""
        self.failures.extend([Failure(status, body or {}, dict(headers or {}))] * times)

    def revoke_tokens(self) -> None:
        """Every token is refused from now on."""
        self.tokens.clear()

    # ---- the wire

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request; pass it to `httpx.MockTransport`."""
        self.requests.append(request)
        return self._rest.handle(request)

    def serving(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve API and token endpoint on 127.0.0.1 while the block runs; gives the address for both."""
        return served(self.handle, port)
