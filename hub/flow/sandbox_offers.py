"""What a PAC offers beyond stamping, tried in its sandbox: only what changes nothing there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hub.config import IssuerSettings
from hub.plugin import CfdiReference, Http, NotFetched, Operation, PacProvider, Receiver, read_timbre

from .sandbox_step import Step, Verdict, asked

MOST_PAGES = 50
NOT_TRIED = {
    Operation.REGISTER_ISSUER: "it would replace what the PAC has of the issuer; try it with `hub pac register`",
    Operation.ANSWER: "it takes a cancellation that waits for the issuer; try it with `hub pac answer`",
}


def of_the_stamp(plugin: PacProvider[Any], http: Http, cfdi: CfdiReference, since: datetime) -> Iterator[Step]:
    """Whether the PAC shows what it stamped a moment ago, by its UUID and in its list."""
    offers = plugin.offers()
    yield _fetch(plugin, http, cfdi) if Operation.FETCH in offers else _missing(Operation.FETCH)
    yield _issued(plugin, http, cfdi, since) if Operation.ISSUED in offers else _missing(Operation.ISSUED)


def of_the_issuer(plugin: PacProvider[Any], http: Http, issuer: IssuerSettings) -> Iterator[Step]:
    """Stamps left, the issuer as SAT's list has it, and what waits for it as receiver."""
    offers = plugin.offers()
    yield _balance(plugin, http) if Operation.BALANCE in offers else _missing(Operation.BALANCE)
    yield _receiver(plugin, http, issuer) if Operation.CHECK_RECEIVER in offers else _missing(Operation.CHECK_RECEIVER)
    yield _pending(plugin, http, issuer.rfc) if Operation.PENDING in offers else _missing(Operation.PENDING)
    for operation, why in NOT_TRIED.items():
        yield Step(operation, Verdict.SKIPPED, why) if operation in offers else _missing(operation)


def _missing(operation: Operation) -> Step:
    return Step(operation, Verdict.SKIPPED, "the plugin does not offer it")


def _fetch(plugin: PacProvider[Any], http: Http, cfdi: CfdiReference) -> Step:
    found = asked(Operation.FETCH, lambda: plugin.fetch(http, cfdi))
    if isinstance(found, Step):
        return found
    if isinstance(found, NotFetched):
        return Step(Operation.FETCH, Verdict.UNSURE, found.reason, "it may be behind its stamping: try again later")
    shown = asked(Operation.FETCH, lambda: read_timbre(found.xml).uuid)
    if isinstance(shown, Step):
        return shown
    same = shown.lower() == cfdi.uuid.lower()
    return Step(Operation.FETCH, Verdict.CONFIRMED if same else Verdict.WRONG, f"it shows {shown}")


def _issued(plugin: PacProvider[Any], http: Http, cfdi: CfdiReference, since: datetime) -> Step:
    listed = asked(Operation.ISSUED, lambda: _uuids(plugin, http, cfdi.rfc_emisor, since))
    if isinstance(listed, Step):
        return listed
    if cfdi.uuid.lower() in listed:
        return Step(Operation.ISSUED, Verdict.CONFIRMED, f"it is among {len(listed)} of the last hour")
    says = f"it is not among {len(listed)} of the last hour"
    return Step(Operation.ISSUED, Verdict.UNSURE, says, "the list may be behind: set search_lag to how long that takes")


def _uuids(plugin: PacProvider[Any], http: Http, rfc: str, since: datetime) -> set[str]:
    found, after = set[str](), ""
    for _ in range(MOST_PAGES):
        page = plugin.issued(http, rfc, since, after)
        found |= {read_timbre(one.xml).uuid.lower() for one in page.cfdis}
        after = page.next
        if not after:
            break
    return found


def _balance(plugin: PacProvider[Any], http: Http) -> Step:
    told = asked(Operation.BALANCE, lambda: plugin.balance(http))
    if isinstance(told, Step):
        return told
    left = "no limit" if told.stamps is None else f"{told.stamps} stamps left"
    return Step(Operation.BALANCE, Verdict.CONFIRMED, left)


def _receiver(plugin: PacProvider[Any], http: Http, issuer: IssuerSettings) -> Step:
    own = Receiver(issuer.rfc, issuer.nombre, issuer.codigo_postal, issuer.regimen_fiscal)
    said = asked(Operation.CHECK_RECEIVER, lambda: plugin.check_receiver(http, own))
    if isinstance(said, Step):
        return said
    if said.verdict == "matches":
        return Step(Operation.CHECK_RECEIVER, Verdict.CONFIRMED, "the issuer's own data match")
    what = f"the issuer's own data: {said.verdict} {said.field} {said.message}".strip()
    return Step(Operation.CHECK_RECEIVER, Verdict.UNSURE, what, "a sandbox may know the test RFCs of SAT alone")


def _pending(plugin: PacProvider[Any], http: Http, rfc: str) -> Step:
    waiting = asked(Operation.PENDING, lambda: len(plugin.pending(http, rfc)))
    if isinstance(waiting, Step):
        return waiting
    return Step(Operation.PENDING, Verdict.CONFIRMED, f"{waiting} cancellations wait for the issuer's answer")
