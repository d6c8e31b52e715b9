"""Plugins made for one test, beside the built-in ones."""

import sys
import types
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from hub.registry import Registry


def registry_with(name: str = "of_a_test", **members: Any) -> Registry:
    """The installed plugins and one whose module has these members."""
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return Registry.load([*entry_points(group="hub.plugins"), EntryPoint(name, name, "hub.plugins")])
