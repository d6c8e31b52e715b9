"""Acme's orders with a note beside each: a source that writes back, and its remote side."""

import json
from collections.abc import Mapping, Sequence

import httpx

from hub.plugin import Http, Outcome, Record, WritesBack
from tests.testing.acme import SECRET, AcmeSource, acme_shop


class AcmeNotes(WritesBack, AcmeSource):
    """Writes the outcome of an order as its note."""

    name = "acme-notes"
    batch = 3

    def check_write_back(self, http: Http) -> str:
        http.get("/notes")
        return "notes can be written"

    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        return {one.id: "the order is gone" for one in outcomes if not self.note(http, one)}

    def note(self, http: Http, outcome: Outcome) -> bool:
        if not known(http, outcome.id):
            return False
        body = outcome.model_dump(mode="json", exclude={"at"}) | {"estado": outcome.estado}
        http.write_once("PUT", f"/notes/{outcome.id}", content=json.dumps(body).encode())
        return True

    def id_of(self, record: Record) -> str:
        return str(record.get("id", ""))


def known(http: Http, order: str) -> bool:
    return http.find(f"/orders/{order}") is not None


class NoteShop:
    """Acme with notes; `fail_with` makes writing fail."""

    def __init__(self) -> None:
        self.notes: dict[str, Record] = {}
        self.writes = 0
        self.fail_with = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {SECRET}":
            return httpx.Response(401)
        if not request.url.path.startswith("/notes"):
            return self._with_notes(acme_shop(request))
        if self.fail_with:
            return httpx.Response(self.fail_with)
        order = request.url.path.removeprefix("/notes").strip("/")
        if request.method == "PUT":
            self.writes += 1
            self.notes[order] = json.loads(request.content)
        elif request.method == "POST":
            self.notes[order] = {"all": [*self.notes.get(order, {}).get("all", []), json.loads(request.content)]}
        return httpx.Response(200, json=self.notes)

    def _with_notes(self, answer: httpx.Response) -> httpx.Response:
        body = answer.json() if answer.content else None
        for order in (body or {}).get("orders", []):
            order["note"] = self.notes.get(order["id"], {}).get("estado", "")
        return httpx.Response(answer.status_code, json=body)
