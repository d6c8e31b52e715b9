"""`hub check`: can it work? Configuration, database, certificates, and one harmless call to each plugin."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, NamedTuple

import typer
from sqlmodel import col, select

from hub.cfdi.csd import CsdError
from hub.cfdi.pdf import PdfError, sample
from hub.flow.context import Flow
from hub.flow.documents import pdf_by
from hub.flow.instances import Instance
from hub.plugin import ConfigError
from hub.sat import catalogs
from hub.sat.today import today
from hub.store import Condition

from . import show
from .border import border_finding, charges_border_rate
from .exits import CONFIGURATION, DONE, TRANSIENT
from .proved import Finding, proved
from .sandbox_stamp import print_checklists
from .state import State

SOON = timedelta(days=60)
OK, NOT_REACHABLE, WRONG = "ok", "not reachable", "wrong"


class Proof(NamedTuple):
    """What can be proved, and how; nothing is asked before."""

    what: str
    find: Callable[[], Finding]


def check(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Only this source, PAC, notifier or issuer.")] = None,
    sandbox_stamp: Annotated[
        bool, typer.Option(help="Stamp one test invoice at each PAC's sandbox instead, and say what was confirmed.")
    ] = False,
    as_json: show.Json = False,
) -> int:
    """Prove the configuration, the database, the CSDs, the look of the PDFs and every plugin's credentials."""
    state: State = context.obj
    with state.flow() as flow:
        if sandbox_stamp:
            return print_checklists(flow, name, as_json=as_json)
        wanted = [proof for proof in proofs(flow) if name is None or proof.what.rpartition(" ")[2] == name]
        if not wanted:
            raise ConfigError(f"nothing in the configuration is called {name}")
        wrong: list[Finding] = []
        widths = (max(len(proof.what) for proof in wanted), len(NOT_REACHABLE))
        found = _rows(wanted, wrong)
        show.rows(("what", "state", "says"), found, notes=("hint",), as_json=as_json, widths=widths)
    if not wrong:
        return DONE
    return TRANSIENT if all(finding.transient for finding in wrong) else CONFIGURATION


def proofs(flow: Flow) -> Iterator[Proof]:
    """All that can be proved of this configuration."""
    yield Proof("configuration", lambda: Finding(True, f"environment {flow.settings.environment}"))
    yield Proof("database", lambda: Finding(True, flow.store.url.render_as_string(hide_password=True)))
    yield Proof("catalogs", _catalogs)
    for name, issuer in flow.settings.issuers.items():
        yield Proof(f"issuer {name}", partial(_csd, flow, name))
        yield Proof(f"pdf {name}", partial(_pdf, flow, name))
        if charges_border_rate(issuer):
            yield Proof(f"border {name}", partial(border_finding, issuer, today().date))
    for kind, instances in (
        ("pac", flow.instances.pacs),
        ("source", flow.instances.sources),
        ("notifier", flow.instances.notifiers),
    ):
        for name, instance in instances.items():
            yield Proof(f"{kind} {name}", partial(_plugin, instance))
    # Sources and notifiers whose plugin breaks or is not there; the daemon runs without them.
    for what, broken in flow.instances.broken.items():
        yield Proof(what, partial(Finding, False, str(broken), broken.hint))
    for name, source in flow.instances.sources.items():
        if flow.settings.sources[name].write_back:
            yield Proof(f"write-back {name}", partial(_writing, source))
    yield from _conditions(flow)


def _conditions(flow: Flow) -> Iterator[Proof]:
    """What the daemon waits for a person to mend."""
    with flow.store.read() as session:
        for one in session.exec(select(Condition).order_by(col(Condition.since))):
            says = f"since {one.since.astimezone():%Y-%m-%d %H:%M %Z}: {one.message}"
            yield Proof(f"waiting {one.subject}", partial(Finding, False, says, one.hint))


def _catalogs() -> Finding:
    edition = catalogs.edition()
    if edition.refused:
        return Finding(False, "; ".join(edition.refused), "run `hub catalogs update`")
    if edition.manifest is None:
        return Finding(True, "SAT's catalogs as shipped", "`hub catalogs update` fetches newer ones")
    said = f"of {edition.manifest.dated}, SHA-256 {edition.manifest.source_sha256[:12]}, from {edition.manifest.source}"
    return Finding(True, said)


def _csd(flow: Flow, name: str) -> Finding:
    csd = flow.instances.csds[name]
    now = datetime.now(UTC)
    try:
        csd.check_valid_at(now)
    except CsdError as error:
        return Finding(False, error.reason, error.hint)
    left = csd.not_after - now
    says = f"CSD {csd.numero} of {csd.rfc}, valid until {csd.not_after:%Y-%m-%d}"
    hint = f"it expires in {left.days} days: request a new one with SAT's Certifica" if left < SOON else ""
    return Finding(True, says, hint)


def _pdf(flow: Flow, name: str) -> Finding:
    settings = flow.issuer(name)
    try:
        pdf_by(settings, sample(), settings.pdf.template_text)
    except PdfError as error:
        hint = "the shipped template is used until yours is mended; see docs/operate/pdf.md"
        return Finding(False, str(error), hint)
    own = "the shipped template" if settings.pdf.template is None else "its own template"
    return Finding(True, f"{own} makes a PDF")


def _plugin(instance: Instance[Any]) -> Finding:
    return proved(partial(instance.plugin.check, instance.http))


def _writing(source: Instance[Any]) -> Finding:
    return proved(partial(source.plugin.check_write_back, source.http))


def _rows(wanted: Iterable[Proof], wrong: list[Finding]) -> Iterator[dict[str, str]]:
    """A row for each, as it is found."""
    for what, find in wanted:
        finding = find()
        if not finding.ok:
            wrong.append(finding)
        state = OK if finding.ok else NOT_REACHABLE if finding.transient else WRONG
        yield {"what": what, "state": state, "says": finding.says, "hint": finding.hint}
