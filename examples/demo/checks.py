"""Is what came out right? Every check looks at the files, not at what the hub thinks of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.cfdi.parse import MalformedXmlError
from hub.cfdi.read import read
from hub.cfdi.schema import validate_full
from hub.cfdi.verify import verify_seal
from hub.store import TicketState

from .mailbox import Mail
from .outcome import Document, Outcome, Results
from .sales import BROKEN, EXPECTED


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one thing; `says` is empty if it holds."""

    subject: str
    check: str
    says: str = ""

    @property
    def ok(self) -> bool:
        return not self.says


def checks(results: Results, mails: Sequence[Mail]) -> Iterator[Check]:
    """All of them."""
    yield from _complete(results)
    for outcome in results.outcomes:
        yield Check(outcome.expected.reference, f"ticket is {outcome.expected.end}", _end(outcome))
        yield Check(outcome.expected.reference, "the hub's total is the sale's", _total(outcome))
        if outcome.document is not None:
            yield from _document(outcome, outcome.document, mails)
    uuids = Counter(outcome.document.uuid for outcome in results.outcomes if outcome.document)
    twice = [uuid for uuid, times in uuids.items() if times > 1]
    yield Check("all", "no CFDI is of two sales", ", ".join(twice))


def _complete(results: Results) -> Iterator[Check]:
    missing = {sale.reference for sale in EXPECTED} - {outcome.expected.reference for outcome in results.outcomes}
    yield Check("all", "every sale has a ticket", ", ".join(sorted(missing)))
    more = "" if results.tickets == len(EXPECTED) else f"{results.tickets} tickets for {len(EXPECTED)} sales"
    yield Check("all", "no sale has two tickets", more)
    reasons = [each.reason for each in results.set_aside]
    told = len(reasons) == 1 and BROKEN in reasons[0]
    yield Check(BROKEN, "is set aside with its reason", "" if told else str(reasons))


def _end(outcome: Outcome) -> str:
    return "" if outcome.state == outcome.expected.end else f"it is {outcome.state}: {outcome.why}"


def _total(outcome: Outcome) -> str:
    charged = (outcome.expected.total, outcome.expected.currency)
    return "" if (outcome.total, outcome.currency) == charged else f"it is {outcome.total} {outcome.currency}"


def _document(outcome: Outcome, document: Document, mails: Sequence[Mail]) -> Iterator[Check]:
    name = f"{outcome.expected.reference} {document.key}"
    try:
        comprobante = read(document.xml)
    except MalformedXmlError as error:
        yield Check(name, "is a CFDI 4.0", str(error))
        return
    problems = validate_full(document.xml)
    yield Check(name, "valid under SAT's complete XSD", "; ".join(f"{p.path}: {p.message}" for p in problems))
    yield Check(
        name, "sealed by the issuer (SAT's XSLT), timbre of this seal", _seal(document.xml, comprobante.emisor.rfc)
    )
    same = (comprobante.total, comprobante.moneda) == (outcome.expected.total, outcome.expected.currency)
    yield Check(name, "Total is the sale's", "" if same else f"{comprobante.total} {comprobante.moneda}")
    stamped = comprobante.timbre is not None and comprobante.timbre.uuid.lower() == document.uuid.lower()
    yield Check(name, "carries its folio fiscal", "" if stamped else "another, or none")
    if outcome.state == TicketState.INVOICED:
        yield Check(name, "mailed once as PDF and as the very same XML", _mailed(outcome, document, mails))


def _seal(xml: bytes, rfc: str) -> str:
    seal = verify_seal(xml)
    return "" if seal.sello and seal.timbre and seal.rfc == rfc else str(seal)


def _mailed(outcome: Outcome, document: Document, mails: Sequence[Mail]) -> str:
    ids = {told.message_id for told in outcome.told if told.kind == "invoice"}
    mine = [mail for mail in mails if mail.message_id in ids]
    if len(mine) != 1:
        return f"{len(mine)} mails"
    files = list(mine[0].attachments.values())
    pdf = any(content.startswith(b"%PDF-") for content in files)
    return "" if pdf and document.xml in files else "a file is missing or differs"
