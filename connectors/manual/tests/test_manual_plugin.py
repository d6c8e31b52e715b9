"""The manual source keeps what every plugin promises."""

from datetime import UTC, datetime

import httpx

from connectors.manual.source import ManualConfig, ManualSource
from hub.plugin import Http, Sale
from hub.testing import PluginContract


class TestManualKeepsThePromisesOfAPlugin(PluginContract):
    plugin = ManualSource
    config = ManualConfig()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Nobody is there."""
        raise AssertionError(f"a source that is posted to asked {request.url}")


def test_what_is_sent_becomes_a_sale_and_nobody_is_asked():
    source = ManualSource(ManualConfig())
    body = {"external_id": "A-1", "occurred_at": "2026-11-20T17:52:31Z", "total": "116.00", "description": "Venta"}
    found = source.to_sale({"kind": "sale", "live": True, "body": body})
    assert isinstance(found, Sale)
    assert (found.id, str(found.total), found.live) == ("A-1", "116.00", True)
    assert list(source.pages(Http.of(source.client()), datetime.now(UTC))) == []
