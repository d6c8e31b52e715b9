"""The readers, by what they read: each module gives its targets, and only what is asked for is imported."""

from importlib import import_module

from ..planted import PLANTED
from ..target import Targets

GROUPS = (
    *("catalogs", "certificates", "configuration", "deliveries", "documents", "mail", "pacs", "portal", "records"),
    "spreadsheets",
)


def targets_of(group: str) -> Targets:
    """What makes the targets of a group."""
    if group in PLANTED:
        return PLANTED[group]
    targets: Targets = import_module(f"{__name__}.{group}").targets
    return targets
