"""OpenPay: charges, refunds and lost chargebacks."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The OpenPay source."""
    from .source import OpenPaySource

    return [OpenPaySource]
