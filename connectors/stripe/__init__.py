"""Stripe: payments, Checkout sessions, invoices, refunds and lost disputes."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Stripe source."""
    from .source import StripeSource

    return [StripeSource]
