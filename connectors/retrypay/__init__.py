"""RetryPay, and whoever else sends Standard Webhooks: sales and refunds of one's own system."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The RetryPay source."""
    from .source import RetryPaySource

    return [RetryPaySource]
