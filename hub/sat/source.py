"""What a set of catalogs can answer, wherever it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

DEMANDS = "ClaveProdServ demands"
"""Not a catalog of SAT's: the few columns of c_ClaveProdServ that nearly all its rows leave empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """A key of a catalog.

    `value`: its text, or a list: c_CodigoPostal estado, municipio, localidad, estímulo, huso; c_Moneda name, decimals;
    `DEMANDS` whether IVA, whether IEPS, complement.
    `desde`, `hasta`: first and last day in force as `YYYY-MM-DD`, empty where SAT names none or the source has none.
    """

    value: Any
    desde: str = ""
    hasta: str = ""

    def in_force(self, day: str) -> bool:
        """Whether the key may be used on a day written `YYYY-MM-DD`."""
        return self.desde <= day and (not self.hasta or day <= self.hasta)


class Source(Protocol):
    """One edition of SAT's catalogs. Catalogs are named as by SAT without `c_`. Safe from any thread."""

    def row(self, catalog: str, key: str) -> Row | None:
        """One key; `None` if this edition does not list it."""

    def rows(self, catalog: str) -> Iterator[tuple[str, Row, str]]:
        """Every key with its row and SAT's similar words (empty if the edition has none)."""

    def has(self, catalog: str) -> bool:
        """Whether this edition holds the catalog at all."""

    def keys(self, catalog: str, day: str) -> frozenset[str]:
        """The keys in force on a day written `YYYY-MM-DD`."""
