"""Finkok (Quadrum): SOAP, stamps what the hub sealed, and tells by the bytes whether it stamped them before."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """Finkok."""
    from .provider import Finkok

    return [Finkok]
