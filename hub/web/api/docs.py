"""The page that explains the API: for people, from the same document that machines read."""

import json
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from hub.flow.hook_events import EVENTS, OTHER_NAMES
from hub.web.portal.assets import ASSETS
from hub.web.portal.security import secured

from .call import Api
from .openapi import document
from .problems import KINDS

EXAMPLE = {
    "external_id": "PED-1001",
    "occurred_at": "2026-11-20T11:52:31-06:00",
    "total": "1160.00",
    "lines": [{"description": "Playera de algodón", "quantity": "2", "unit_price": "580.00"}],
    "payments": [{"method": "card", "amount": "1160.00"}],
    "buyer": {"email": "ana@cliente.example"},
}
"""A sale as it is usually sent."""


def openapi(api: Api, _: Request) -> Response:
    """For machines."""
    return JSONResponse(document(api.base_url))


def page(api: Api, request: Request) -> Response:
    """For people."""
    found = document(api.base_url)
    html = (
        _environment()
        .get_template("docs.html")
        .render(
            document=found,
            events=EVENTS,
            other_names=OTHER_NAMES,
            problems=KINDS,
            base_url=api.base_url,
            example=json.dumps(EXAMPLE, ensure_ascii=False, indent=2),
            style=f"{request.scope.get('root_path', '').removesuffix('/api/v1')}/portal/{ASSETS['portal.css']}",
            kind_of=_kind_of,
        )
    )
    return secured(HTMLResponse(html), request)


def _kind_of(schema: dict[str, Any]) -> str:
    """The type of a field in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        words = [_kind_of(one) for one in schema["anyOf"] if one != {"type": "null"}]
        return "exact decimal" if words == ["string", "number"] else " or ".join(dict.fromkeys(words))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind_of(schema['items'])}"
    return str(schema.get("format") or schema.get("const") or schema.get("type", "any"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hub.web.api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
