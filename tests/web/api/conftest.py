"""A hub that is posted to: three sources, and a caller with a key."""

from types import SimpleNamespace

import httpx
import pytest

from hub.flow.api_keys import new_key
from hub.web.app import make_app
from tests.support.world import world

SOURCE = {"issuer": "tienda", "every": "1 day", "start": "2026-01-01"}
SOURCES = {
    "sources__propio": {"use": "rest", **SOURCE},
    "sources__mostrador": {"use": "manual", **SOURCE},
    "sources__zaps": {"use": "zapier", **SOURCE},
}
SALE = {
    "external_id": "PED-1001",
    "occurred_at": "2026-11-20T11:52:31-06:00",
    "total": "1160.00",
    "lines": [{"description": "Playera", "quantity": "2", "unit_price": "580.00"}],
    "payments": [{"method": "card", "amount": "1160.00"}],
}
BUYER = {
    "rfc": "CPU200101AB8",
    "name": "CLIENTE DE PRUEBA UNO",
    "zip": "06600",
    "regimen": "601",
    "uso_cfdi": "G03",
    "email": "compras@prueba.example",
}


def key_of(hub, source, label=""):
    with hub.flow.store.write() as session:
        return new_key(hub.flow, session, source, label or source)[1]


class Caller:
    """Somebody with a key."""

    def __init__(self, url, key):
        self.url = url
        self.key = key

    def __call__(self, method, path, body=None, **headers):
        sent = {"authorization": f"Bearer {self.key}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        options = {"content": body, "headers": {"content-type": "application/json"} | sent}
        if not isinstance(body, bytes):
            options = {"json": body, "headers": sent} if body is not None else {"headers": sent}
        return httpx.request(method, f"{self.url}/api/v1{path}", timeout=30, **options)

    def post(self, path, body, **headers):
        return self("POST", path, body, **headers)

    def get(self, path):
        return self("GET", path)


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url, **SOURCES) as made:
        yield made


@pytest.fixture
def url(hub, serve):
    return serve(make_app(hub.flow, lambda: True))


@pytest.fixture
def api(hub, url):
    return Caller(url, key_of(hub, "propio"))


@pytest.fixture
def other(hub, url):
    return Caller(url, key_of(hub, "zaps"))


def places(answer):
    """Where a problem says that something is wrong."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {place["pointer"]: SimpleNamespace(**{"hint": "", **place}) for place in answer.json().get("errors", [])}
