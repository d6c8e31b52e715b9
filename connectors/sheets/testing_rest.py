"""The wire of the fake: Google's token endpoint, and the part of the Sheets API that reads and sets values."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from hub.plugin import exact_json

if TYPE_CHECKING:
    from .testing import FakeSheets, Tab

Json = dict[str, Any]
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
READ = "https://www.googleapis.com/auth/spreadsheets.readonly"
WRITE = "https://www.googleapis.com/auth/spreadsheets"
SKEW = timedelta(minutes=5)
LIFE_S = 3600
AREA = re.compile(r"(?:'((?:[^']|'')*)'|([^'!]+))(?:!([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?)?")


@dataclass(frozen=True)
class Failure:
    """An error to answer with."""

    status: int
    body: Json
    headers: dict[str, str]


class _RefusedError(Exception):
    pass


@dataclass
class Rest:
    """Answers requests from the spreadsheet."""

    of: "FakeSheets"
    reads: list[datetime] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        path = unquote(request.url.raw_path.decode().partition("?")[0])
        if path == "/token":
            return self._token(request)
        if self.of.failures:
            failure = self.of.failures.pop(0)
            return httpx.Response(failure.status, headers=failure.headers, json=failure.body)
        scope = self._scope(request.headers.get("authorization", ""))
        if scope is None:
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if self.of.role == "none":
            return _error(403, "PERMISSION_DENIED", "The caller does not have permission")
        if not path.startswith(f"/v4/spreadsheets/{self.of.id}"):
            return _error(404, "NOT_FOUND", "Requested entity was not found.")
        rest = path.removeprefix(f"/v4/spreadsheets/{self.of.id}")
        if request.method == "GET" and self._too_many():
            said = "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'"
            return _error(429, "RESOURCE_EXHAUSTED", said)
        match request.method, rest:
            case "GET", "":
                return self._about()
            case "GET", "/values:batchGet":
                return self._read(request)
            case "POST", "/values:batchUpdate":
                return self._write(json.loads(request.content), scope)
        return _error(404, "NOT_FOUND", "Requested entity was not found.")

    # ---- the token endpoint

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if form.get("grant_type") != GRANT:
            return httpx.Response(400, json={"error": "unsupported_grant_type"})
        try:
            scope = self._judged(form.get("assertion", ""), str(request.url))
        except _RefusedError as error:
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": str(error)})
        name = f"ya29.fake-{len(self.of.tokens)}-{hashlib.sha256(form['assertion'].encode()).hexdigest()[:12]}"
        self.of.tokens[name] = (scope, self.of.clock() + timedelta(seconds=LIFE_S))
        return httpx.Response(200, json={"access_token": name, "expires_in": LIFE_S - 1, "token_type": "Bearer"})

    def _judged(self, assertion: str, url: str) -> str:
        try:
            header, claims, signature = assertion.split(".")
            told = json.loads(_unpadded(claims))
            self.of.private_key.public_key().verify(
                _unpadded(signature), f"{header}.{claims}".encode(), PKCS1v15(), SHA256()
            )
        except (ValueError, InvalidSignature):
            raise _RefusedError("Invalid JWT Signature.") from None
        if json.loads(_unpadded(header))["alg"] != "RS256" or told["iss"] != _email():
            raise _RefusedError("Invalid grant: account not found")
        if told["aud"].partition("//")[2].partition("/")[2] != url.partition("//")[2].partition("/")[2]:
            raise _RefusedError("Invalid JWT: wrong audience")
        now = self.of.clock().timestamp()
        if abs(told["iat"] - now) > SKEW.total_seconds() or not 0 < told["exp"] - told["iat"] <= LIFE_S:
            raise _RefusedError("Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.")
        if told["scope"] not in {READ, WRITE}:
            raise _RefusedError("Invalid scope")
        return str(told["scope"])

    def _scope(self, header: str) -> str | None:
        scope, until = self.of.tokens.get(header.removeprefix("Bearer "), ("", self.of.clock()))
        return scope if scope and self.of.clock() < until else None

    def _too_many(self) -> bool:
        if self.of.reads_per_minute is None:
            return False
        now = self.of.clock()
        self.reads = [one for one in self.reads if now - one < timedelta(minutes=1)] + [now]
        return len(self.reads) > self.of.reads_per_minute

    # ---- the spreadsheet

    def _about(self) -> httpx.Response:
        sheets = [
            {
                "properties": {
                    "title": tab.title,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": tab.rows, "columnCount": tab.columns},
                }
            }
            for tab in self.of.tabs
        ]
        about = {"title": "Ventas", "timeZone": self.of.timezone, "locale": "es_MX"}
        return httpx.Response(200, json={"properties": about, "sheets": sheets})

    def _read(self, request: httpx.Request) -> httpx.Response:
        params = request.url.params
        found = []
        for area in params.get_list("ranges"):
            place = self._place(area)
            if place is None:
                return _error(400, "INVALID_ARGUMENT", f"Unable to parse range: {area}")
            tab, left, top, right, bottom = place
            rows = [[_shown(cell, params) for cell in row[left:right]] for row in tab.cells[top:bottom]]
            values = _without_trailing([_without_trailing(row, "") for row in rows], [])
            found.append({"range": area, "majorDimension": "ROWS", **({"values": values} if values else {})})
        answer = {"spreadsheetId": self.of.id, "valueRanges": found}
        return httpx.Response(200, content=exact_json(answer), headers={"content-type": "application/json"})

    def _write(self, body: Json, scope: str) -> httpx.Response:
        if scope != WRITE or self.of.role != "writer":
            return _error(403, "PERMISSION_DENIED", "The caller does not have permission")
        if self.of.before_write is not None:
            self.of.before_write()
        for data in body["data"]:
            place = self._place(data["range"])
            if place is None:
                return _error(400, "INVALID_ARGUMENT", f"Unable to parse range: {data['range']}")
            tab, left, top, _, _ = place
            for down, row in enumerate(data["values"]):
                for across, value in enumerate(row):
                    _set(tab, top + down, left + across, _entered(value, body["valueInputOption"]))
        cells = sum(len(row) for data in body["data"] for row in data["values"])
        return httpx.Response(200, json={"spreadsheetId": self.of.id, "totalUpdatedCells": cells})

    def _place(self, area: str) -> "tuple[Tab, int, int, int, int] | None":
        match = AREA.fullmatch(area)
        if match is None:
            return None
        title = match[1].replace("''", "'") if match[1] is not None else match[2]
        tab = next((one for one in self.of.tabs if one.title == title), None)
        if tab is None:
            return None
        left, top = (_number(match[3]) - 1, int(match[4]) - 1) if match[3] else (0, 0)
        right, bottom = (_number(match[5]), int(match[6])) if match[5] else (left + 1, top + 1)
        return (tab, left, top, right, bottom) if bottom <= tab.rows and right <= tab.columns else None


def _email() -> str:
    from .testing import EMAIL

    return EMAIL


def _shown(cell: Any, params: httpx.QueryParams) -> Any:
    from .testing import Day

    formatted = params.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE"
    if isinstance(cell, Day):
        as_number = not formatted and params.get("dateTimeRenderOption", "SERIAL_NUMBER") == "SERIAL_NUMBER"
        return cell.serial if as_number else cell.shown
    if formatted and isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return f"${cell:,.2f}"
    return cell


def _entered(value: Any, how: str) -> Any:
    runs = how == "USER_ENTERED" and isinstance(value, str) and value.startswith("=")
    return "#NAME?" if runs else value


def _set(tab: "Tab", row: int, column: int, value: Any) -> None:
    while len(tab.cells) <= row:
        tab.cells.append([])
    while len(tab.cells[row]) <= column:
        tab.cells[row].append("")
    tab.cells[row][column] = value


def _without_trailing(values: list[Any], empty: Any) -> list[Any]:
    kept = list(values)
    while kept and (kept[-1] == empty or kept[-1] is None):
        kept.pop()
    return ["" if value is None else value for value in kept]


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(status: int, name: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": status, "message": message, "status": name}})
