"""Which invoices Facturama lists. A new one may take a while to appear, so nothing found proves nothing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from hub.plugin import CfdiNode, CfdiReference, Http, TransientError

from .answers import Row, read_all

_ROWS_A_PAGE = 100
_PAGES_OF_A_FOLIO = 3
_PAGES_OF_A_RECEIVER = 20


class Sale(NamedTuple):
    """What identifies an invoice before it has a UUID."""

    rfc_emisor: str
    rfc_receptor: str
    serie: str
    folio: str
    total: Decimal

    @classmethod
    def of(cls, xml: bytes) -> "Sale":
        """That of a sealed CFDI; raises DataError if something is missing."""
        root = CfdiNode.of(xml)
        return cls(
            root.need_child("Emisor").need("Rfc"),
            root.need_child("Receptor").need("Rfc"),
            root.get("Serie") or "",
            root.need("Folio"),
            root.need_number("Total"),
        )

    def is_in(self, row: Row) -> bool:
        """Serie, folio and total are equal, RFCs but for their case. API Web may not name its one issuer."""
        return (
            (row.serie or "", row.folio, row.total) == (self.serie, self.folio, self.total)
            and row.rfc.upper() == self.rfc_receptor.upper()
            and (row.rfc_issuer or self.rfc_emisor).upper() == self.rfc_emisor.upper()
        )


def rows_of_sale(http: Http, kind: str, sale: Sale) -> list[Row]:
    """All that fit, in force or cancelled."""
    filters = {"type": kind, "status": "all"}
    if sale.folio.isdecimal():
        filters |= {"folioStart": sale.folio, "folioEnd": sale.folio}
    if sale.serie:
        filters["serie"] = sale.serie
    filters |= {"rfcIssuer": sale.rfc_emisor, "rfc": sale.rfc_receptor}
    return [row for row in _rows(http, filters, _PAGES_OF_A_FOLIO) if sale.is_in(row)]


def row_of_uuid(http: Http, kind: str, cfdi: CfdiReference) -> Row | None:
    """The one with that UUID. Not every list filters by UUID, so the rows are looked at."""
    filters = {
        "type": kind,
        "status": "all",
        "uuid": cfdi.uuid,
        "rfcIssuer": cfdi.rfc_emisor,
        "rfc": cfdi.rfc_receptor,
    }
    rows = _rows(http, filters, _PAGES_OF_A_RECEIVER)
    return next((row for row in rows if (row.uuid or "").upper() == cfdi.uuid.upper()), None)


def _rows(http: Http, filters: dict[str, str], pages: int) -> Iterator[Row]:
    for page in range(pages):
        rows = read_all(Row, http.get("/cfdi", {**filters, "page": str(page)}))
        yield from rows
        if len(rows) < _ROWS_A_PAGE:
            return
    raise TransientError(f"Facturama lists more than {pages * _ROWS_A_PAGE} invoices", hint="look it up in its panel")
