"""A marketplace: whose sale it is decides whose CSD invoices, or for whom the platform does."""

from hub.cfdi.document import ACuentaTerceros
from hub.config import SourceInstance
from hub.plugin import Sale
from hub.store import Ticket

from .context import Flow


def issuer_for(flow: Flow, source: str, sale: Sale) -> str:
    """Who invoices a sale of a source."""
    settings = flow.settings.sources[source]
    known = settings.sellers.get(sale.seller or "")
    return (known.issuer if known else None) or settings.issuer


def issuers_of(source: SourceInstance) -> set[str]:
    """All who may invoice what a source sells."""
    return {source.issuer, *(seller.issuer for seller in source.sellers.values() if seller.issuer)}


def issuer_of(flow: Flow, ticket: Ticket, sale: Sale) -> str:
    """The same for a ticket, whose joined sales may know the seller where its own does not."""
    settings, seller = _told(flow, ticket, sale)
    known = settings.sellers.get(seller)
    return (known.issuer if known else None) or settings.issuer


def unknown(flow: Flow, ticket: Ticket, sale: Sale) -> str:
    """Why a person must say who invoices; empty if that is known."""
    settings, seller = _told(flow, ticket, sale)
    if not seller or not settings.sellers or seller in settings.sellers or settings.unknown_seller == "issuer":
        return ""
    return f"seller {seller} is not among the sellers of its source"


def third_party(flow: Flow, ticket: Ticket, sale: Sale) -> ACuentaTerceros | None:
    """For whom the issuer sells, where it is not itself (RMF 2.7.1.3)."""
    settings, seller = _told(flow, ticket, sale)
    known = settings.sellers.get(seller)
    if known is None or not (known.rfc and known.nombre and known.regimen_fiscal and known.codigo_postal):
        return None
    return ACuentaTerceros(known.rfc, known.nombre, known.regimen_fiscal, known.codigo_postal)


def _told(flow: Flow, ticket: Ticket, sale: Sale) -> tuple[SourceInstance, str]:
    own = flow.settings.sources[ticket.source]
    linked = ticket.linked or {}
    other = flow.settings.sources.get(linked.get("seller_source", ""))
    if other is not None and not (own.sellers and sale.seller):
        return other, linked["seller"]
    return own, sale.seller or ""
