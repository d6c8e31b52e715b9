"""The columns in which the hub writes what became of a sale."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from ..write_back import Outcome
from .columns import plain
from .errors import TableError

WrittenName = Literal["estado", "folio", "uuid", "motivo", "liga", "fecha"]

WRITTEN: Mapping[WrittenName, tuple[str, ...]] = {
    "estado": ("cfdi_estado", "estado_cfdi", "estado_factura", "cfdi_status"),
    "folio": ("cfdi_folio", "folio_cfdi", "folio_factura"),
    "uuid": ("cfdi_uuid", "uuid", "uuid_cfdi", "folio_fiscal"),
    "motivo": ("cfdi_error", "cfdi_motivo", "error_cfdi", "cfdi_nota"),
    "liga": ("cfdi_liga", "liga_factura", "cfdi_link", "cfdi_url", "liga_de_factura"),
    "fecha": ("cfdi_fecha", "fecha_cfdi", "cfdi_actualizado"),
}


def written_places(header: Sequence[str], names_of: Callable[[WrittenName], tuple[str, ...]]) -> dict[WrittenName, int]:
    """The position of each column of the hub's own; those that are not there are not written.

    Raises:
        TableError: none is there, or two could be the same.
    """
    found: dict[WrittenName, int] = {}
    for name in WRITTEN:
        wanted = {plain(one) for one in names_of(name)}
        places = [place for place, title in enumerate(header) if title and plain(title) in wanted]
        if len(places) > 1:
            named = " and ".join(repr(header[place]) for place in places)
            raise TableError(f"{named} could both take the {name}; say which under written_columns")
        if places:
            found[name] = places[0]
    if not found:
        usual = ", ".join(names[0] for names in WRITTEN.values())
        raise TableError(f"there is no column to write to; add one or more of: {usual}")
    return found


def written_cells(outcome: Outcome, at: Callable[[Outcome], str]) -> dict[WrittenName, str]:
    """The text of each column; empty text clears what is not true any more. `at` writes the time."""
    return {
        "estado": outcome.estado,
        "folio": "-".join(filter(None, (outcome.serie, outcome.folio))),
        "uuid": outcome.uuid,
        "motivo": " ".join(filter(None, (outcome.reason, outcome.detail))),
        "liga": outcome.portal_url,
        "fecha": at(outcome),
    }
