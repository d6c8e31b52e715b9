"""Conekta: paid orders, refunds and lost chargebacks."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Conekta source."""
    from .source import ConektaSource

    return [ConektaSource]
