"""Sales that somebody keys in: `hub sales add`."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The manual source."""
    from .source import ManualSource

    return [ManualSource]
