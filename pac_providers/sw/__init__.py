"""SW Sapien (SW smarter web): REST, stamps what the hub sealed, and finds it again by a key of the document."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """SW."""
    from .provider import Sw

    return [Sw]
