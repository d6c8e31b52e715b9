"""PayPal: captures, refunds and lost disputes."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The PayPal source."""
    from .source import PayPalSource

    return [PayPalSource]
