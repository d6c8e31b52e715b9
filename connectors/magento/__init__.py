"""Magento 2 and Adobe Commerce: paid orders and credit memos of one shop."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Magento source."""
    from .source import MagentoSource

    return [MagentoSource]
