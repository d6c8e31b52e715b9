"""`hub sync`: read one source now."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlmodel import select

from hub.flow.context import Flow
from hub.flow.instances import Instance
from hub.flow.intake import Counts, Mapped, map_records, take_in
from hub.flow.issuer_time import start_of
from hub.flow.poll import since_of
from hub.flow.sellers import issuer_for
from hub.plugin import ConfigError, ContractError, DataError, Http, HubError, Ignored, Page, Refund, Sale, Source
from hub.sat.zone import zone_of
from hub.store import SourceState

from . import show
from .exits import DONE, SET_ASIDE
from .state import State

Pages = Callable[[Http, datetime], Iterator[Page]]
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
Since = Annotated[
    datetime | None,
    typer.Option(formats=FORMATS, help="From this moment on, by the issuer's clock unless it names its zone."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would become tickets; keep nothing.")]


def sync(
    context: typer.Context, source: str, since: Since = None, dry_run: DryRun = False, as_json: show.Json = False
) -> int:
    """Read a source and take its sales in; the daemon, or the next run of it, invoices them."""
    state: State = context.obj
    with state.flow() as flow:
        if broken := flow.instances.broken.get(f"source {source}"):
            raise broken
        if source not in flow.instances.sources:
            known = ", ".join(flow.instances.sources) or "none"
            raise ConfigError(f"there is no source called {source}", hint=f"enabled sources are: {known}")
        begin = _begin(flow, source, since)
        return _look(flow, source, begin, as_json) if dry_run else _take(flow, source, begin, as_json)


def _begin(flow: Flow, source: str, since: datetime | None) -> datetime:
    if since is not None:
        issuer = flow.issuer(flow.settings.sources[source].issuer)
        return since if since.tzinfo else since.replace(tzinfo=zone_of(issuer.codigo_postal))
    with flow.store.read() as session:
        known = session.exec(select(SourceState).where(SourceState.name == source)).one_or_none()
    return since_of(flow, known) if known else start_of(flow, source)


def _take(flow: Flow, source: str, since: datetime, as_json: bool) -> int:
    counts = Counts()
    for page, mapped in _pages(flow, source, since, flow.instances.sources[source].plugin.pages):
        with flow.store.write() as session:
            counts += take_in(flow, session, source, mapped)
        if page.committed is not None:
            page.committed()
    show.facts({name: getattr(counts, name) for name in Counts.__slots__}, as_json=as_json)
    return SET_ASIDE if counts.set_aside else DONE


def _look(flow: Flow, source: str, since: datetime, as_json: bool) -> int:
    plugin = flow.instances.sources[source].plugin
    found = [_row(flow, source, one) for _, mapped in _pages(flow, source, since, plugin.look) for one in mapped]
    columns = ("what", "id", "reference", "sold_at", "total", "currency", "issuer")
    show.rows(columns, found, notes=("says",), as_json=as_json)
    return SET_ASIDE if any(row["what"] == "set aside" for row in found) else DONE


def _pages(flow: Flow, source: str, since: datetime, pages: Pages) -> Iterator[tuple[Page, list[Mapped]]]:
    instance = flow.instances.sources[source]
    with _progress() as progress:
        task = progress.add_task(f"reading {source}", total=None)
        records = 0
        for page in _read(instance, pages, since):
            yield page, map_records(instance.plugin, page.records)
            records += len(page.records)
            progress.update(task, description=f"reading {source}: {records} records")


def _progress() -> Progress:
    """On standard error and for eyes only: standard output is the answer."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _read(instance: Instance[Source[Any]], pages: Pages, since: datetime) -> Iterator[Page]:
    try:
        yield from pages(instance.http, since)
    except HubError:
        raise
    except Exception as error:
        said = f"{instance.name} cannot be read: {type(error).__name__}: {error}"
        raise ContractError(said, hint="report it to the plugin's author") from error


def _row(flow: Flow, source: str, one: Mapped) -> dict[str, Any]:
    blank = dict.fromkeys(("id", "reference", "sold_at", "total", "currency", "issuer", "says"), "")
    match one.movement:
        case Sale() as sale:
            return {
                "what": "sale",
                "id": sale.id,
                "reference": sale.reference,
                "sold_at": sale.sold_at,
                "total": sale.total,
                "currency": sale.currency,
                "issuer": issuer_for(flow, source, sale),
                "says": f"{len(sale.lines)} lines, buyer {sale.buyer.rfc or 'unknown'}",
            }
        case Refund() as refund:
            return blank | {"what": "refund", "id": refund.id, "total": refund.amount, "currency": refund.currency}
        case Ignored(reason):
            return blank | {"what": "ignored", "says": reason}
        case DataError() as error:
            return blank | {"what": "set aside", "says": str(error)}
    return blank | {"what": "payment", "id": one.movement.id}
