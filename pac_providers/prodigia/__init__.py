"""Prodigia (PADE), which stamps what the hub sealed and shows the earlier stamp to who sends it again."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """Prodigia."""
    from .provider import Prodigia

    return [Prodigia]
