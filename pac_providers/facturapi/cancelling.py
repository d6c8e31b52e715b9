"""Cancelling at Facturapi, and its record of what SAT says."""

from hub.plugin import CancelReceived, CancelRefused, CfdiStatus, InDoubtError, TransientError

from .answers import Invoice, Refused

_UNDER_WAY = frozenset({"pending", "verifying", "accepted"})
_BEFORE = frozenset({"invoice_cancellation_in_progress"})
_REFUSALS = frozenset(
    {"invoice_cancellation_not_allowed", "invoice_cancellation_rfc_mismatch", "invoice_not_cancelable",
     "invoice_not_cancelable_by_sat", "invoice_not_stamped", "invalid_request", "substitution_invoice_canceled",
     "substitution_invoice_not_found", "substitution_invoice_required", "substitution_invoice_status_not_allowed"}
)  # fmt: skip
_CANCELLATION = {
    "pending": "En proceso",
    "verifying": "En proceso",
    "accepted": "Cancelado con aceptación",
    "rejected": "Solicitud rechazada",
    "expired": "Plazo vencido",
}


def taken(invoice: Invoice) -> CancelReceived | CancelRefused:
    """What an accepted call means."""
    if invoice.status == "canceled" or invoice.cancellation_status in _UNDER_WAY:
        return CancelReceived("201")
    if invoice.cancellation_status == "rejected":
        return CancelRefused("rejected", "the receiver rejected the cancellation")
    raise InDoubtError("Facturapi answers a cancellation with an invoice that is not being cancelled")


def refused(said: Refused) -> CancelReceived | CancelRefused:
    """What a refused call means.

    Raises:
        InDoubtError: the code does not say that nothing happened.
    """
    if said.code in _BEFORE:
        return CancelReceived("202")
    if said.code in _REFUSALS:
        return CancelRefused(said.code, said.message or said.code)
    raise InDoubtError("Facturapi refuses the cancellation with a code that does not say what became of it")


def status_of(invoice: Invoice) -> CfdiStatus:
    """Facturapi's copy of SAT's answer.

    Raises:
        TransientError: it is not stamped yet.
    """
    if invoice.status == "valid":
        return CfdiStatus("Vigente", "", _CANCELLATION.get(invoice.cancellation_status or "", ""))
    if invoice.status == "canceled":
        waited = _CANCELLATION.get(invoice.cancellation_status or "", "")
        return CfdiStatus("Cancelado", "No cancelable", waited or "Cancelado sin aceptación")
    raise TransientError("Facturapi has not finished that invoice")
