"""Sales from CSV and XLSX files that are dropped in a folder."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The files source."""
    from .source import FilesSource

    return [FilesSource]
