"""ATEB at timbrado.com.mx: experimental, written from public clients alone."""

from typing import Any

from hub.plugin import PacProvider, hookimpl


@hookimpl
def hub_pac_providers() -> list[type[PacProvider[Any]]]:
    """ATEB."""
    from .provider import Timbrado

    return [Timbrado]
