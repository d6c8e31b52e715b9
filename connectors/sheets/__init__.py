"""Sales from the rows of a Google spreadsheet."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Google Sheets source."""
    from .source import SheetsSource

    return [SheetsSource]
