"""`hub check`: can it work? Configuration, database, certificates, and one harmless call to each plugin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from hub.cfdi.csd import CsdError
from hub.cfdi.pdf import PdfError, sample
from hub.flow.context import Flow
from hub.flow.documents import pdf_by
from hub.flow.instances import Instance
from hub.plugin import ConfigError, HubError, TransientError
from hub.sat import catalogs
from hub.store import Condition

from . import show
from .exits import CONFIGURATION, DONE, TRANSIENT
from .sandbox_stamp import print_checklists
from .state import State

SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer."""

    what: str
    ok: bool
    says: str
    hint: str = ""
    transient: bool = False


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
        found = [finding for finding in _all(flow) if name is None or finding.what.split(" ", 1)[-1] == name]
    if name is not None and not found:
        raise ConfigError(f"nothing in the configuration is called {name}")
    show.rows(("what", "state", "says"), map(_row, found), notes=("hint",), as_json=as_json)
    wrong = [finding for finding in found if not finding.ok]
    if not wrong:
        return DONE
    return TRANSIENT if all(finding.transient for finding in wrong) else CONFIGURATION


def _all(flow: Flow) -> Iterator[Finding]:
    yield Finding("configuration", True, f"environment {flow.settings.environment}")
    yield Finding("database", True, flow.store.url.render_as_string(hide_password=True))
    yield _catalogs()
    for name in flow.settings.issuers:
        yield _csd(flow, name)
        yield _pdf(flow, name)
    for kind, instances in (
        ("pac", flow.instances.pacs),
        ("source", flow.instances.sources),
        ("notifier", flow.instances.notifiers),
    ):
        for name, instance in instances.items():
            yield _plugin(f"{kind} {name}", instance)
    yield from _left_out(flow)
    for name, source in flow.instances.sources.items():
        if flow.settings.sources[name].write_back:
            yield _writing(name, source)
    yield from _conditions(flow)


def _left_out(flow: Flow) -> Iterator[Finding]:
    """Sources and notifiers whose plugin was refused or breaks; the daemon runs without them."""
    registry, instances = flow.instances.registry, flow.instances
    for what, broken in instances.broken.items():
        yield Finding(what, False, str(broken), broken.hint)
    sources = {name: source.use for name, source in flow.settings.sources.items() if source.enabled}
    notifiers = {name: notifier.use for name, notifier in flow.settings.notifiers.items()}
    for kind, used, made, find in (
        ("source", sources, instances.sources, registry.source),
        ("notifier", notifiers, instances.notifiers, registry.notifier),
    ):
        for name, use in used.items():
            if name not in made:
                try:
                    find(use)
                except ConfigError as error:
                    yield Finding(f"{kind} {name}", False, str(error), error.hint)


def _conditions(flow: Flow) -> Iterator[Finding]:
    """What the daemon waits for a person to mend."""
    with flow.store.read() as session:
        for one in session.exec(select(Condition).order_by(col(Condition.since))):
            says = f"since {one.since.astimezone():%Y-%m-%d %H:%M %Z}: {one.message}"
            yield Finding(f"waiting {one.subject}", False, says, one.hint)


def _catalogs() -> Finding:
    edition = catalogs.edition()
    if edition.refused:
        return Finding("catalogs", False, "; ".join(edition.refused), "run `hub catalogs update`")
    if edition.manifest is None:
        return Finding("catalogs", True, "SAT's catalogs as shipped", "`hub catalogs update` fetches newer ones")
    said = f"of {edition.manifest.dated}, SHA-256 {edition.manifest.source_sha256[:12]}, from {edition.manifest.source}"
    return Finding("catalogs", True, said)


def _csd(flow: Flow, name: str) -> Finding:
    csd = flow.instances.csds[name]
    now = datetime.now(UTC)
    try:
        csd.check_valid_at(now)
    except CsdError as error:
        return Finding(f"issuer {name}", False, error.reason, error.hint)
    left = csd.not_after - now
    says = f"CSD {csd.numero} of {csd.rfc}, valid until {csd.not_after:%Y-%m-%d}"
    hint = f"it expires in {left.days} days: request a new one with SAT's Certifica" if left < SOON else ""
    return Finding(f"issuer {name}", True, says, hint)


def _pdf(flow: Flow, name: str) -> Finding:
    settings = flow.issuer(name)
    try:
        pdf_by(settings, sample(), settings.pdf.template_text)
    except PdfError as error:
        hint = "the shipped template is used until yours is mended; see docs/operate/pdf.md"
        return Finding(f"pdf {name}", False, str(error), hint)
    own = "the shipped template" if settings.pdf.template is None else "its own template"
    return Finding(f"pdf {name}", True, f"{own} makes a PDF")


def _plugin(what: str, instance: Instance[Any]) -> Finding:
    return _proved(what, partial(instance.plugin.check, instance.http))


def _writing(name: str, source: Instance[Any]) -> Finding:
    return _proved(f"write-back {name}", partial(source.plugin.check_write_back, source.http))


def _proved(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except HubError as error:
        return Finding(what, False, str(error), error.hint, transient=isinstance(error, TransientError))
    except Exception as error:
        return Finding(what, False, f"{type(error).__name__}: {error}", "report it to the plugin's author")


def _row(finding: Finding) -> dict[str, str]:
    return {
        "what": finding.what,
        "state": "ok" if finding.ok else "not reachable" if finding.transient else "wrong",
        "says": finding.says,
        "hint": finding.hint,
    }
