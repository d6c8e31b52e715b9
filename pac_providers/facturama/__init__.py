"""Facturama, which makes and seals the CFDI itself: API Multiemisor and API Web."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """Facturama."""
    from .provider import Facturama

    return [Facturama]
