"""What a delivery says: the issuer's face, plain words, and the files that belong to it."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hub.colour import darkened, parse, to_hex
from hub.config import IssuerSettings
from hub.plugin import Attachment, Message
from hub.store import Cfdi, CfdiState, Delivery, Ticket, TicketState

from .context import Flow
from .documents import pdf_of, stem_of
from .issuer_time import local
from .outbox import CANCELLED, CORRECT, INVOICE, LINK, NOTICE, TYPED
from .spanish import amount, day

INK = "#1d2421"
SUBJECTS = {
    LINK: "Factura tu compra en {shop}",
    CORRECT: "Corrige un dato para recibir tu factura de {shop}",
    INVOICE: "Tu factura {folio} de {shop}",
    CANCELLED: "Se canceló tu factura {folio} de {shop}",
}


def compose(flow: Flow, delivery: Delivery, ticket: Ticket | None, cfdi: Cfdi | None, xml: bytes) -> Message:
    """The message as it would be sent now."""
    if delivery.kind == NOTICE or ticket is None:
        return _notice(delivery)
    issuer = flow.issuer(ticket.issuer)
    # Only the purchase's own mailbox gets the link that proves it.
    link = ticket.link if delivery.recipient == ticket.email else ticket.purchase_link
    values = _values(flow, issuer, ticket, cfdi, link=link)
    return Message(
        message_id=delivery.message_id,
        to=delivery.recipient,
        subject=SUBJECTS[delivery.kind].format_map(values),
        text=_render(f"{delivery.kind}.txt", values),
        html=_render(f"{delivery.kind}.html", values),
        attachments=_files(flow, ticket, cfdi, xml) if cfdi is not None else (),
        reply_to=issuer.mail.reply_to or "",
        sender_name=issuer.mail.sender_name or values["shop"],
    )


def _values(flow: Flow, issuer: IssuerSettings, ticket: Ticket, cfdi: Cfdi | None, *, link: str) -> dict[str, Any]:
    test = flow.settings.environment == "test"
    return {
        "shop": issuer.portal.nombre or issuer.nombre,
        "test": test,
        "validity": ", de prueba y sin validez fiscal" if test else ", y ya es válida ante el SAT",
        "primary": issuer.portal.primary,
        "button": to_hex(darkened(parse(issuer.portal.primary, INK))),
        "logo": f"{flow.settings.web.public_url}/p/{ticket.issuer}/logo" if issuer.portal.logo else "",
        "reference": ticket.reference,
        "sold_on": day(local(issuer, ticket.sold_at).date()),
        "deadline": day(ticket.deadline),
        "total": amount(ticket.total - ticket.refunded, ticket.currency),
        "link": f"{flow.settings.web.public_url}/f/{link}",
        "problem": ticket.problems[0]["message"] if ticket.problems else "",
        "automatic": ticket.claimed_by not in TYPED,
        "open_again": ticket.state == TicketState.OPEN,
        "folio": f"{cfdi.serie}-{cfdi.folio}" if cfdi else "",
        "uuid": (cfdi.uuid or "").upper() if cfdi else "",
        "email": issuer.portal.email,
        "phone": issuer.portal.telefono,
        "privacy": issuer.portal.aviso_de_privacidad,
    }


def _files(flow: Flow, ticket: Ticket, cfdi: Cfdi, xml: bytes) -> tuple[Attachment, ...]:
    name = stem_of(cfdi)
    cancelled = cfdi.state == CfdiState.CANCELLED
    return (
        Attachment(f"{name}.pdf", "application/pdf", pdf_of(flow, ticket.issuer, xml, cancelled=cancelled)),
        Attachment(f"{name}.xml", "application/xml", xml),
    )


def _notice(delivery: Delivery) -> Message:
    data = delivery.data
    what = "works again" if data["over"] else "needs you"
    text = f"{data['subject']} {what}.\n\n{data['message']}\n"
    if data["hint"]:
        text += f"\nWhat to do: {data['hint']}\n"
    return Message(delivery.message_id, delivery.recipient, f"[hub] {data['subject']} {what}", text)


def _render(template: str, values: dict[str, Any]) -> str:
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hub.flow", "mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
