"""What a supervisor and a load balancer ask."""

import httpx
import psycopg
import pytest

from hub.web.app import make_app
from tests.support.databases import POSTGRESQL
from tests.support.world import world


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url) as made:
        yield made


def ready(url):
    answer = httpx.get(f"{url}/readyz", timeout=30)
    return answer.status_code, answer.json()


def test_a_hub_at_work_is_alive_and_ready(hub, serve):
    url = serve(make_app(hub.flow, lambda: True))
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    assert ready(url) == (200, {"status": "ready", "database": True, "engine": True})


def test_without_its_engine_it_is_alive_and_not_ready(hub, serve):
    url = serve(make_app(hub.flow, lambda: False))
    assert httpx.get(f"{url}/healthz").status_code == 200
    assert ready(url) == (503, {"status": "not ready", "database": True, "engine": False})


def test_without_its_database_it_is_alive_and_not_ready_until_it_is_back(hub, serve):
    url = serve(make_app(hub.flow, lambda: True))
    assert ready(url)[0] == 200
    take_away(hub)
    assert httpx.get(f"{url}/healthz").status_code == 200
    assert ready(url) == (503, {"status": "not ready", "database": False, "engine": True})
    bring_back(hub)
    assert ready(url)[0] == 200


def take_away(hub):
    hub.flow.store.close()
    if hub.flow.store.is_sqlite:
        (hub.folder / "hub.db").rename(hub.folder / "away.db")
        return
    rename(hub.flow.store.url.database, f"{hub.flow.store.url.database}_away")


def bring_back(hub):
    hub.flow.store.close()
    if hub.flow.store.is_sqlite:
        (hub.folder / "away.db").rename(hub.folder / "hub.db")
        return
    rename(f"{hub.flow.store.url.database}_away", hub.flow.store.url.database)


def rename(before, after):
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {before} RENAME TO {after}")
