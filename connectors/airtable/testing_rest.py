"""The wire of the fake: Airtable's paths, pages, errors and limits."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from hub.plugin import exact_json

from .testing_formula import FormulaError, Row, understood

if TYPE_CHECKING:
    from .testing import FakeAirtable, Hook, Table

Json = dict[str, Any]
PENALTY = timedelta(seconds=30)
PAGE = 100


@dataclass(frozen=True)
class Failure:
    """An error to answer with."""

    status: int
    body: Json
    headers: dict[str, str]


@dataclass
class Rest:
    """Answers requests from the base."""

    of: "FakeAirtable"
    recent: list[datetime] = field(default_factory=list)
    refused_until: datetime | None = None

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        if self.of.failures:
            failure = self.of.failures.pop(0)
            return httpx.Response(failure.status, headers=failure.headers, json=failure.body)
        if request.headers.get("authorization") != f"Bearer {self.of.token}":
            return _error(401, "AUTHENTICATION_REQUIRED", "Authentication required")
        if self._too_fast():
            said = {"error": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded. Please try again later"}
            return httpx.Response(429, json={"errors": [said]})
        parts = [unquote(part) for part in request.url.raw_path.decode().partition("?")[0].strip("/").split("/")]
        params: Json = {key: value for key, value in request.url.params.multi_items() if not key.endswith("[]")}
        params["fields[]"] = request.url.params.get_list("fields[]")
        body = json.loads(request.content) if request.content else {}
        return self._route(request.method, parts[1:], params, body)

    def _too_fast(self) -> bool:
        if self.of.per_second is None:
            return False
        now = self.of.clock()
        if self.refused_until and now < self.refused_until:
            return True
        self.recent = [one for one in self.recent if now - one < timedelta(seconds=1)] + [now]
        if len(self.recent) > self.of.per_second:
            self.refused_until = now + PENALTY
        return self.refused_until is not None and now < self.refused_until

    def _route(self, method: str, parts: list[str], params: Json, body: Json) -> httpx.Response:
        match method, parts:
            case "GET", ["meta", "bases"]:
                info = {"id": self.of.base, "name": "Tienda", "permissionLevel": self.of.permission}
                return self._allowed("schema.bases:read", {"bases": [info]})
            case "GET", ["meta", "bases", self.of.base, "tables"]:
                return self._allowed("schema.bases:read", {"tables": [_schema(one) for one in self.of.tables.values()]})
            case "GET", ["bases", self.of.base, "webhooks"]:
                return self._allowed("webhook:manage", {"webhooks": [self._hook(one) for one in self._live()]})
            case "GET", ["bases", self.of.base, "webhooks", hook, "payloads"]:
                return self._payloads(hook, params)
            case _, [self.of.base, name, *rest]:
                return self._table(method, name, rest, params, body)
        return _error(404, "NOT_FOUND", "")

    def _allowed(self, scope: str, answer: Json) -> httpx.Response:
        if scope in self.of.forbidden:
            return _error(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "Invalid permissions, or not found")
        return httpx.Response(200, content=exact_json(answer), headers={"content-type": "application/json"})

    def _table(self, method: str, name: str, rest: list[str], params: Json, body: Json) -> httpx.Response:
        table = next((one for one in self.of.tables.values() if name in {one.id, one.name}), None)
        if table is None:
            return _error(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "Invalid permissions, or not found")
        if method == "GET" and not rest:
            return self._list(table, _listing(params))
        if method == "POST" and rest == ["listRecords"]:
            return self._list(table, body)
        if method == "GET":
            row = table.rows.get(rest[0])
            return self._allowed("data.records:read", _shown(row, [])) if row else _error(404, "NOT_FOUND", "")
        if method == "PATCH" and not rest:
            return self._patch(table, body)
        return _error(404, "NOT_FOUND", "")

    def _list(self, table: "Table", asked: Json) -> httpx.Response:
        unknown = set(asked.get("fields") or []) - set(table.types)
        if unknown:
            return _error(422, "UNKNOWN_FIELD_NAME", f'Unknown field name: "{min(unknown)}"')
        offset = asked.get("offset")
        if offset:
            if offset not in self.of.offsets:
                return _error(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "The iterator is no longer available.")
            keys, at = self.of.offsets[offset]
        else:
            try:
                kept = _kept(table, asked.get("filterByFormula") or "")
            except FormulaError as error:
                return _error(422, "INVALID_FILTER_BY_FORMULA", str(error))
            for sort in reversed(asked.get("sort") or []):
                kept.sort(key=lambda row: str(row.fields.get(sort["field"], "")), reverse=sort["direction"] == "desc")
            keys, at = [row.key for row in kept][: asked.get("maxRecords") or None], 0
        size = asked.get("pageSize") or PAGE
        rows = [table.rows[key] for key in keys[at : at + size] if key in table.rows]
        answer: Json = {"records": [_shown(row, asked.get("fields") or []) for row in rows]}
        if at + size < len(keys):
            answer["offset"] = f"itr{len(self.of.requests)}/{keys[at + size - 1]}"
            self.of.offsets[answer["offset"]] = (keys, at + size)
        return self._allowed("data.records:read", answer)

    def _patch(self, table: "Table", body: Json) -> httpx.Response:
        if {"data.records:write"} & self.of.forbidden:
            return _error(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", "Invalid permissions, or not found")
        changes = body["records"]
        if len(changes) > 10:
            return _error(422, "INVALID_RECORDS", "You can only update 10 records per request")
        for change in changes:
            if change["id"] not in table.rows:
                return _error(422, "ROW_DOES_NOT_EXIST", "Record ID does not exist in this table")
            wrong = [name for name in change["fields"] if name not in table.types or name in table.computed]
            if wrong:
                return _error(422, "INVALID_VALUE_FOR_COLUMN", f"Field {wrong[0]} cannot accept a value")
        for change in changes:
            self.of.edit(table, change["id"], **change["fields"])
        told = [_shown(table.rows[change["id"]], []) for change in changes]
        return self._allowed("data.records:write", {"records": told})

    def _live(self) -> list["Hook"]:
        return [hook for hook in self.of.hooks.values() if hook.expires > self.of.clock()]

    def _hook(self, hook: "Hook") -> Json:
        return {
            "id": hook.id,
            "areNotificationsEnabled": True,
            "cursorForNextPayload": len(hook.payloads) + 1,
            "isHookEnabled": True,
            "notificationUrl": hook.url or None,
            "expirationTime": hook.expires.isoformat(),
            "specification": {"options": {"filters": {"dataTypes": ["tableData"]}}},
        }

    def _payloads(self, identifier: str, params: Json) -> httpx.Response:
        hook = next((one for one in self._live() if one.id == identifier), None)
        if hook is None:
            return _error(404, "NOT_FOUND", "")
        start, limit = int(params.get("cursor", "1")), int(params.get("limit", "50"))
        told = hook.payloads[start - 1 :][: min(limit, 50)]
        after = start + len(told)
        more = after <= len(hook.payloads)
        return self._allowed("webhook:manage", {"payloads": told, "cursor": after, "mightHaveMore": more})


def _kept(table: "Table", formula: str) -> list[Row]:
    if not formula:
        return list(table.rows.values())
    meets = understood(formula, frozenset(table.types), table.computed)
    return [row for row in table.rows.values() if meets(row)]


def _listing(params: Json) -> Json:
    """The query of a GET as the body of a POST says it."""
    sorts: dict[str, Json] = {}
    for key, value in params.items():
        if match := re.fullmatch(r"sort\[(\d+)\]\[(field|direction)\]", key):
            sorts.setdefault(match[1], {"direction": "asc"})[match[2]] = value
    found: Json = {key: params[key] for key in ("filterByFormula", "offset", "view") if key in params}
    counts: Json = {key: int(params[key]) for key in ("pageSize", "maxRecords") if key in params}
    return {**found, **counts, "fields": params["fields[]"], "sort": [sorts[key] for key in sorted(sorts)]}


def _shown(row: Row, fields: list[str]) -> Json:
    shown = {name: value for name, value in row.fields.items() if not fields or name in fields}
    created = row.created.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"id": row.key, "createdTime": created, "fields": shown}


def _schema(table: "Table") -> Json:
    fields = [
        {"id": f"fld{place:014d}", "name": name, **_typed(kind)}
        for place, (name, kind) in enumerate(table.types.items())
    ]
    return {"id": table.id, "name": table.name, "primaryFieldId": fields[0]["id"], "fields": fields, "views": []}


def _typed(kind: str) -> Json:
    options: dict[str, Json] = {
        "number": {"precision": 2},
        "currency": {"precision": 2, "symbol": "$"},
        "percent": {"precision": 0},
        "checkbox": {"icon": "check", "color": "greenBright"},
        "singleSelect": {"choices": []},
        "date": {"dateFormat": {"name": "iso", "format": "YYYY-MM-DD"}},
        "lastModifiedTime": {"isValid": True, "referencedFieldIds": [], "result": None},
        "formula": {"isValid": True, "formula": "", "referencedFieldIds": [], "result": None},
    }
    return {"type": kind, "options": options[kind]} if kind in options else {"type": kind}


def _error(status: int, kind: str, message: str) -> httpx.Response:
    body = {"error": kind} if kind == "NOT_FOUND" else {"error": {"type": kind, "message": message}}
    return httpx.Response(status, json=body)
