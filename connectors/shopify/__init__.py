"""Shopify: paid orders, refunds and lost chargebacks of one shop."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Shopify source."""
    from .source import ShopifySource

    return [ShopifySource]
