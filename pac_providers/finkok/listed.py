"""Finkok's list of what it stamped for an issuer (report_uuid), in pages of our own."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from hub.plugin import TransientError

from .soap import first, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

PAGE = 50
_CENTRO = ZoneInfo("America/Mexico_City")


class Listed(NamedTuple):
    """When it was stamped, as Finkok writes it, and its UUID: the order of the list."""

    date: str
    uuid: str

    def __str__(self) -> str:
        return f"{self.date} {self.uuid}"


def moment(at: datetime) -> str:
    """A moment as the report takes it: by the clock of the capital."""
    return at.astimezone(_CENTRO).strftime("%Y-%m-%dT%H:%M:%S")


def read_listed(result: "_Element", after: str) -> tuple[list[Listed], bool]:
    """The next page of the report, and whether more follow.

    Raises:
        TransientError: there is no list, which is not the same as an empty one, or an entry has no UUID.
    """
    invoices = first(result, "invoices")
    if invoices is None or text_of(result, "error"):
        raise TransientError(f"Finkok does not list what it stamped: {text_of(result, 'error') or 'no list'}")
    every = sorted(Listed(text_of(one, "date"), text_of(one, "uuid")) for one in invoices.iterchildren())
    if not all(one.uuid for one in every):
        raise TransientError("Finkok lists a CFDI without its UUID")
    left = [one for one in every if str(one) > after]
    return left[:PAGE], len(left) > PAGE
