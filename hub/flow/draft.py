"""From a claimed ticket to the document that would be sealed, or to the reason why not."""

from datetime import datetime, timedelta
from decimal import Decimal

from hub.cfdi.document import Comprobante, Emisor
from hub.cfdi.ingreso import ingreso
from hub.cfdi.rules import CODES, Violation, check
from hub.cfdi.sold import SoldLine
from hub.cfdi.unsolvable import Unsolvable
from hub.config import IssuerSettings
from hub.plugin import Draft, Sale
from hub.store import Ticket

from .classify import sold_lines
from .context import Flow
from .fiscal import receptor
from .joined import FORMA_PAGO_HINT, forma_pago_of
from .portal_model import FiscalData
from .refunds import net_of_refunds
from .sellers import third_party

CLOCK_SAFETY = timedelta(minutes=2)
"""A Fecha one second in the PAC's future is refused (401): stay a little behind."""


class NeedsPersonError(Exception):
    """This ticket must wait for a person."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def prepare(flow: Flow, ticket: Ticket, data: FiscalData, *, now: datetime) -> Comprobante:
    """Build the invoice, without folio, and check it against SAT's rules.

    Raises:
        NeedsPersonError: the amounts have no solution, a rule stands in the way, or somebody objects.
    """
    issuer = flow.issuer(ticket.issuer)
    sale = net_of_refunds(Sale.model_validate(ticket.sale), ticket.refunded)
    _refuse_without_person(flow, ticket, sale, issuer)
    try:
        document = ingreso(
            emisor=Emisor(issuer.rfc, issuer.nombre, issuer.regimen_fiscal),
            receptor=receptor(data, issuer.codigo_postal),
            lines=_lines(flow, ticket, sale),
            total=sale.total,
            prices_include_tax=sale.prices_include_tax,
            forma_pago=_forma_pago(flow, ticket, sale),
            metodo_pago="PUE",
            fecha=now - CLOCK_SAFETY,
            lugar_expedicion=issuer.codigo_postal,
            currency=sale.currency,
            exchange_rate=_exchange_rate(issuer, sale),
            serie=issuer.serie,
        )
    except Unsolvable as error:
        raise NeedsPersonError(str(error), f"{error.hint}; then release the ticket") from error
    except (LookupError, ValueError) as error:
        raise NeedsPersonError(
            str(error), "correct the sale at its source or the product rules, then release the ticket"
        ) from error
    _refuse_violations(check(document))
    return document


def _refuse_violations(violations: tuple[Violation, ...]) -> None:
    if violations:
        told = "; ".join(f"{v.code} {v.field}: {v.rule}" for v in violations)
        remedies = dict.fromkeys(CODES[v.code.removeprefix("CFDI")].remedy for v in violations)
        raise NeedsPersonError(f"SAT would refuse this invoice: {told}", "; ".join(remedies))


def _refuse_without_person(flow: Flow, ticket: Ticket, sale: Sale, issuer: IssuerSettings) -> None:
    if ticket.reviewed:
        return
    limit = issuer.invoicing.review_above
    pesos = sale.total if sale.currency == "MXN" else sale.total * _exchange_rate(issuer, sale)
    if limit is not None and pesos > limit:
        raise NeedsPersonError(
            f"{sale.total} {sale.currency} is above review_above ({limit} MXN)", "look at it and release it"
        )
    draft = Draft(sale, flow.issuer_value(ticket.issuer), sale.buyer, sale.total, sale.currency)
    objections = flow.instances.registry.hook.hub_review_draft(draft)
    if objections:
        raise NeedsPersonError("; ".join(o.reason for o in objections), "look at it and release it")


def _lines(flow: Flow, ticket: Ticket, sale: Sale) -> list[SoldLine]:
    lines, principal = sold_lines(flow, sale, ticket.issuer), third_party(flow, ticket, sale)
    return lines if principal is None else [line._replace(a_cuenta_terceros=principal) for line in lines]


def _forma_pago(flow: Flow, ticket: Ticket, sale: Sale) -> str:
    known = forma_pago_of(flow, ticket, sale)
    if known is None:
        raise NeedsPersonError(
            "the sale does not say how it was paid, and FormaPago must be the real one",
            f"{FORMA_PAGO_HINT}{ticket.source}.forma_pago",
        )
    return known


def _exchange_rate(issuer: IssuerSettings, sale: Sale) -> Decimal:
    if sale.currency == "MXN":
        return Decimal(1)
    rate = sale.exchange_rate or issuer.exchange_rates.get(sale.currency)
    if rate is None:
        raise NeedsPersonError(
            f"there is no exchange rate for {sale.currency}",
            f"add {sale.currency} to the issuer's exchange_rates, or send the rate with the sale",
        )
    return rate
