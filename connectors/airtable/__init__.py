"""Sales from the rows of an Airtable table."""

from collections.abc import Iterable
from typing import Any

from hub.plugin import Source, hookimpl


@hookimpl
def hub_sources() -> Iterable[type[Source[Any]]]:
    """The Airtable source."""
    from .source import AirtableSource

    return [AirtableSource]
