"""Addresses that no link has: not found, whatever the database would say to them."""

import httpx
import pytest

from hub.web.app import make_app
from tests.support.world import world


@pytest.mark.parametrize(
    "path", ["f/%00", "f/%00/pdf", "f/%ED%A0%80", "p/%00", "f/%FF", "f/" + "a" * 4000, "p/%00/logo"]
)
def test_an_address_of_odd_characters_is_not_found(tmp_path, database_url, serve, path):
    with world(tmp_path, database_url) as hub:
        url = serve(make_app(hub.flow, lambda: True))
        assert httpx.get(f"{url}/{path}", timeout=30).status_code == 404


@pytest.mark.parametrize("page", ["f/%00/revisar", "p/%00", "p/%00/ayuda"])
def test_a_form_for_such_an_address_is_not_found(tmp_path, database_url, serve, page):
    with world(tmp_path, database_url) as hub:
        url = serve(make_app(hub.flow, lambda: True))
        assert httpx.post(f"{url}/{page}", data={"rfc": "\0"}, timeout=30).status_code == 404
