"""The wire of the fake: search criteria, pages, and both ways to say who asks."""

import re
from typing import Any
from urllib.parse import unquote

import httpx
from pydantic import SecretStr

from hub.plugin import exact_json
from hub.testing.service import FakeService

from .api import RESOURCES
from .oauth import signature

Json = dict[str, Any]
_PATH = re.compile(r".*/V1/([a-z]+)(?:/(\d+))?")
_FILTER = "searchCriteria[filter_groups][0][filters][0]"


class Rest(FakeService):
    """Answers what is asked of the records that the shop has."""

    def __init__(self, access_token: str, oauth_secrets: tuple[str, str]) -> None:
        super().__init__()
        self.access_token = access_token
        self.oauth_secrets = tuple(map(SecretStr, oauth_secrets))
        self.bearer_allowed = True
        self.places: dict[str, dict[str, Json]] = {name: {} for name in RESOURCES}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request to the API."""
        if not self._known(request):
            return _said(401, {"message": "The consumer isn't authorized to access %resources."})
        found = _PATH.fullmatch(request.url.path)
        if not found or found[1] not in self.places:
            return _said(404, {"message": "Request does not match any route."})
        resource, identifier = found[1], found[2]
        if identifier is None:
            return self._list(resource, dict(request.url.params))
        record = self.places[resource].get(identifier)
        return _said(404, {"message": "No such entity"}) if record is None else _said(200, record)

    def _known(self, request: httpx.Request) -> bool:
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            return self.bearer_allowed and rest == self.access_token
        told = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', rest)}
        given = told.pop("oauth_signature", "")
        params = [*request.url.params.multi_items(), *told.items()]
        signed = signature(request.method, request.url, params, self.oauth_secrets)
        return scheme == "OAuth" and told["oauth_token"] == self.access_token and given == signed

    def _list(self, resource: str, params: dict[str, str]) -> httpx.Response:
        name, value = params[f"{_FILTER}[field]"], params[f"{_FILTER}[value]"]
        condition = params[f"{_FILTER}[condition_type]"]
        found = [one for one in self.places[resource].values() if _fits(one[name], value, condition)]
        keys = [
            value for key, value in params.items() if re.fullmatch(r"searchCriteria\[sortOrders\]\[\d\]\[field\]", key)
        ]
        found.sort(key=lambda one: [one[key] for key in keys])
        size, page = int(params["searchCriteria[pageSize]"]), int(params["searchCriteria[currentPage]"])
        # Past its end the last page comes again.
        start = size * (min(page, max(1, -(-len(found) // size))) - 1)
        items = found[start : start + size] or None
        criteria = {"filter_groups": [], "page_size": size, "current_page": page}
        return _said(200, {"items": items, "search_criteria": criteria, "total_count": len(found)})


def _fits(value: Any, wanted: str, condition: str) -> bool:
    if condition == "eq":
        return str(value) == wanted
    return int(value) > int(wanted) if condition == "gt" else str(value) >= wanted


def _said(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, content=exact_json(body), headers={"content-type": "application/json"})
