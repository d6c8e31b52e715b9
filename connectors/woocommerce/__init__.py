"""WooCommerce: paid orders and refunds of one shop."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The WooCommerce source."""
    from .source import WooCommerceSource

    return [WooCommerceSource]
