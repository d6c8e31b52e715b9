"""The wire of the fake: the web service's lists, filters and errors, as JSON if that is asked for and else as XML."""

import base64
import json
import re
from typing import Any

import httpx

from hub.testing.service import FakeService

from .api import LISTED, RESOURCES, SINGULAR

Json = dict[str, Any]
_PATH = re.compile(r".*/api/([a-z_]+)(?:/(\d+))?")
_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?><prestashop><errors><error><code><![CDATA[{}]]></code>'
    "<message><![CDATA[{}]]></message></error></errors></prestashop>"
)


class Rest(FakeService):
    """Answers what is asked of the records that the shop has."""

    def __init__(self, webservice_key: str) -> None:
        super().__init__()
        self.expected = base64.b64encode(f"{webservice_key}:".encode()).decode()
        self.places: dict[str, dict[str, Json]] = {name: {} for name in RESOURCES}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the web service; errors are XML, whatever was asked for."""
        if request.headers.get("authorization") != f"Basic {self.expected}":
            return _xml(401, 17, "Authentication required")
        found = _PATH.fullmatch(request.url.path)
        if not found or found[1] not in self.places:
            return _xml(400, 23, "Resource does not exist")
        params = dict(request.url.params)
        if params.get("output_format") != "JSON":
            return _xml(200, 0, "This is how XML is told")
        resource, identifier = found[1], found[2]
        if identifier is None:
            return self._list(resource, params)
        record = self.places[resource].get(identifier)
        return _xml(404, 0, "Not found") if record is None else _said({SINGULAR[resource]: record})

    def _list(self, resource: str, params: dict[str, str]) -> httpx.Response:
        records = list(self.places[resource].values())
        for name, value in params.items():
            if field := re.fullmatch(r"filter\[(\w+)\]", name):
                records = [record for record in records if _fits(str(record[field[1]]), value)]
        keys = [key.removesuffix("_ASC") for key in params.get("sort", "[id_ASC]").strip("[]").split(",")]
        records.sort(key=lambda record: [record[key] for key in keys])
        offset, _, size = params.get("limit", "0,1000000").rpartition(",")
        start = int(offset or 0)
        part = records[start : start + int(size)]
        return _said({LISTED.get(resource, resource): part} if part else [])


def _fits(value: str, wanted: str) -> bool:
    first, comma, last = wanted.strip("[]").partition(",")
    return first <= value <= last if comma else value == first


def _said(body: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(body).encode(), headers={"content-type": "application/json"})


def _xml(status: int, code: int, message: str) -> httpx.Response:
    content = _ERROR.format(code, message).encode()
    return httpx.Response(status, content=content, headers={"content-type": "text/xml;charset=utf-8"})
