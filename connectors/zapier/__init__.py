"""Sales from Zapier, Make, n8n and anything that can post JSON; and events back to them."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Zapier source."""
    from .source import ZapierSource

    return [ZapierSource]
