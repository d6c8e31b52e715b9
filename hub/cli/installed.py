"""The installed plugins, loaded once for a command: one that hangs is waited for once, wherever they are asked for."""

from functools import cache

from hub.registry import Registry


@cache
def installed() -> Registry:
    """Every installed plugin, healthy or refused."""
    return Registry.load()
