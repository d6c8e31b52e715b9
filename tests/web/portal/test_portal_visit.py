"""Who asks, by what tries are counted, and what a download is called."""

import pytest
from starlette.requests import Request

from hub.web.portal.delivery import attachment
from hub.web.portal.visit import Visit


def visit(host: str) -> Visit:
    return Visit(Request({"type": "http", "headers": [], "client": (host, 1), "root_path": "/a"}), {})


@pytest.mark.parametrize(
    ("host", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
        ("", "unknown"),
    ],
)
def test_tries_are_counted_by_customer(host: str, counted_as: str) -> None:
    assert visit(host).client == counted_as


def test_parts_of_a_path_cannot_become_other_paths() -> None:
    assert visit("x").to("f", "../p", "a b") == "/a/f/..%2Fp/a%20b"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("F-1.xml", "attachment; filename=\"F-1.xml\"; filename*=UTF-8''F-1.xml"),
        ('a"b\r\nX: y.pdf', "attachment; filename=\"a-b--X- y.pdf\"; filename*=UTF-8''a-b--X-%20y.pdf"),
        ("../ñ.pdf", "attachment; filename=\"..-n.pdf\"; filename*=UTF-8''..-%C3%B1.pdf"),
    ],
)
def test_downloads_have_a_safe_name(name: str, header: str) -> None:
    assert attachment(name) == header
