"""Facturapi, which makes and seals the CFDI itself and takes an idempotency key."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """Facturapi."""
    from .provider import Facturapi

    return [Facturapi]
