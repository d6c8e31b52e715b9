"""Clip: payments and refunds."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Clip source."""
    from .source import ClipSource

    return [ClipSource]
