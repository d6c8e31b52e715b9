"""Sales that the merchant's own system sends to the hub's REST API."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The REST source."""
    from .source import RestSource

    return [RestSource]
