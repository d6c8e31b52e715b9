"""Payments of what was sold on commission: ACuentaTerceros of the invoice stands in its REP too.

SAT's guide to the Complemento de Pagos (appendix 7) wants one REP for each third party, with one Pago in it and the
third party in its Concepto (CRP20112 allows that node).
"""

from collections.abc import Collection

from hub.cfdi.document import ACuentaTerceros, Comprobante
from hub.cfdi.terceros import RFC_EXTRANJERO, tercero_extranjero


def principal(invoice: Comprobante) -> ACuentaTerceros | None:
    """Whom all of an invoice was sold for, None if for the issuer. Raises ValueError if its Conceptos differ."""
    found = {concepto.a_cuenta_terceros for concepto in invoice.conceptos}
    if len(found) > 1:
        raise ValueError(
            f"this invoice sells for {_named(found)}, and a REP is of one of them: "
            "say what was paid to each by making their OpenInvoice yourself"
        )
    return found.pop()


def principal_of_rep(
    sold_for: Collection[ACuentaTerceros | None], payments: int, lugar_expedicion: str
) -> ACuentaTerceros | None:
    """The third party of a REP about invoices sold for these; raises ValueError if it takes several REPs."""
    found = set(sold_for)
    if not found or found == {None}:
        return None
    if len(found) > 1:
        raise ValueError(f"invoices sold for {_named(found)} cannot share a REP: make one for each")
    if payments > 1:
        raise ValueError(f"a REP for what {_named(found)} sold has one payment: make one for each payment")
    (tercero,) = found
    foreign = tercero is not None and tercero.rfc == RFC_EXTRANJERO
    return tercero_extranjero(lugar_expedicion) if foreign else tercero  # its CP is the REP's own (CFDI40193)


def _named(found: Collection[ACuentaTerceros | None]) -> str:
    return ", ".join(sorted(tercero.rfc if tercero else "the issuer" for tercero in found))
