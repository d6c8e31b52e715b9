"""A stateful Airtable over HTTP, for tests and demonstrations: one base, its tables, rows, webhooks and limits."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from hub.testing.service import served

from .testing_formula import Row
from .testing_rest import Failure, Rest

Json = dict[str, Any]
COMPUTED = frozenset({"formula", "rollup", "lastModifiedTime", "createdTime", "autoNumber", "count"})


@dataclass
class Table:
    """A table: fields by name with their type, and rows by id."""

    id: str
    name: str
    types: dict[str, str]
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def computed(self) -> frozenset[str]:
        """Fields that nobody edits."""
        return frozenset(name for name, kind in self.types.items() if kind in COMPUTED)


@dataclass
class Hook:
    """A webhook: whom it pings, its secret, and its payloads from cursor 1 on."""

    id: str
    url: str
    secret: bytes
    expires: datetime
    payloads: list[Json] = field(default_factory=list)


def _now() -> datetime:
    return datetime.now(UTC)


class FakeAirtable:
    """One base `base` that the token `token` may do everything in, until something is forbidden."""

    def __init__(
        self,
        token: str = "pat_fake",  # noqa: S107 (the secret of a fake)
        base: str = "appFAKE0000000001",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.token, self.base, self.clock = token, base, clock
        self.tables: dict[str, Table] = {}
        self.hooks: dict[str, Hook] = {}
        self.permission = "create"
        self.forbidden: set[str] = set()
        self.failures: list[Failure] = []
        self.requests: list[httpx.Request] = []
        self.offsets: dict[str, tuple[list[str], int]] = {}
        self.per_second: int | None = None
        self._numbers = itertools.count(1)
        self._rest = Rest(self)

    # ---- what happens in the base

    def table(self, name: str, types: Mapping[str, str]) -> Table:
        """Make a table; `types` are Airtable's, such as singleLineText, number, lastModifiedTime."""
        made = Table(f"tblFAKE{next(self._numbers):010d}", name, dict(types))
        self.tables[made.id] = made
        return made

    def add(self, table: Table, fields: Json, *, key: str = "") -> str:
        """A new row; its id."""
        key = key or f"recFAKE{next(self._numbers):010d}"
        now = self.clock()
        row = Row(key, {}, now, dict.fromkeys(fields, now))
        table.rows[key] = row
        self._set(table, row, fields)
        self._tell(table, {"createdRecordsById": {key: {"createdTime": iso(now), "cellValuesByFieldId": {}}}})
        return key

    def edit(self, table: Table, key: str, **fields: Any) -> None:
        """Somebody edits cells; None empties one."""
        row = table.rows[key]
        now = self.clock()
        row.edited.update(dict.fromkeys(fields, now))
        self._set(table, row, fields)
        self._tell(table, {"changedRecordsById": {key: {"current": {"cellValuesByFieldId": {}}}}})

    def delete(self, table: Table, key: str) -> None:
        """Somebody deletes a row."""
        del table.rows[key]
        self._tell(table, {"destroyedRecordIds": [key]})

    def _set(self, table: Table, row: Row, fields: Json) -> None:
        row.fields.update(fields)
        # Empty cells are not there at all.
        for name in [name for name, value in row.fields.items() if value in (None, "", [], False)]:
            del row.fields[name]
        for name, kind in table.types.items():
            if kind == "lastModifiedTime":
                row.fields[name] = iso(max(row.edited.values(), default=row.created))

    # ---- webhooks

    def hook(self, url: str = "") -> Hook:
        """A webhook of the base, as its creation answers it."""
        number = next(self._numbers)
        secret = hashlib.sha256(f"secret {number}".encode()).digest()
        made = Hook(f"achFAKE{number:010d}", url, secret, self.clock() + timedelta(days=7))
        self.hooks[made.id] = made
        return made

    def ping(self, hook: Hook, *, at: datetime | None = None) -> tuple[dict[str, str], bytes]:
        """Headers and body of a ping, signed."""
        body = {"base": {"id": self.base}, "webhook": {"id": hook.id}, "timestamp": iso(at or self.clock())}
        return self.signed(hook, json.dumps(body, separators=(",", ":")).encode())

    def signed(self, hook: Hook, body: bytes) -> tuple[dict[str, str], bytes]:
        """Headers and body of any delivery."""
        mac = hmac.digest(hook.secret, body, hashlib.sha256).hex()
        return {"content-type": "application/json", "x-airtable-content-mac": f"hmac-sha256={mac}"}, body

    def send(self, hook: Hook) -> int:
        """Deliver a ping to the webhook's address; the status of its answer."""
        headers, body = self.ping(hook)
        return httpx.post(hook.url, content=body, headers=headers, timeout=30).status_code

    def _tell(self, table: Table, change: Json) -> None:
        for hook in self.hooks.values():
            hook.payloads.append(
                {
                    "timestamp": iso(self.clock()),
                    "baseTransactionNumber": next(self._numbers),
                    "payloadFormat": "v0",
                    "actionMetadata": {"source": "client", "sourceMetadata": {}},
                    "changedTablesById": {table.id: change},
                }
            )

    # ---- trouble

    def fail_next(
        self, status: int, body: Json | None = None, headers: Mapping[str, str] | None = None, *, times: int = 1
    ) -> None:
        """Answer the next requests with an error."""
        self.failures.extend([Failure(status, body or {}, dict(headers or {}))] * times)

    def expire_offsets(self) -> None:
        """Every listing that is under way has taken too long."""
        self.offsets.clear()

    def forbid(self, scope: str) -> None:
        """Take a scope (`data.records:write`) away from the token."""
        self.forbidden.add(scope)

    # ---- the wire

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request to the API; pass it to `httpx.MockTransport`."""
        self.requests.append(request)
        response = self._rest.handle(request)
        response.headers["date"] = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        return response

    def serving(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve the API on 127.0.0.1 while the block runs; gives the address for `api_url`."""
        return served(self.handle, port)


def mac_secret(hook: Hook) -> str:
    """A webhook's `macSecretBase64`."""
    return base64.b64encode(hook.secret).decode()


def iso(moment: datetime) -> str:
    """A moment as Airtable writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
