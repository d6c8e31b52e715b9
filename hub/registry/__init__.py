"""Which plugins are installed, what they bring, and why one of them was refused."""

from .catalog import Registry
from .hooks import Hooks
from .loaded import LoadedPlugin

__all__ = ["Hooks", "LoadedPlugin", "Registry"]
