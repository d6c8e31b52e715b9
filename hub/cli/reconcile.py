"""`hub reconcile`: sales, tickets, CFDIs and payments of a period side by side."""

from datetime import date, datetime
from typing import Annotated

import typer

from hub.flow.context import Flow
from hub.flow.issuer_time import local
from hub.flow.reconcile import Report
from hub.flow.reconcile import reconcile as compare
from hub.plugin import ConfigError

from . import show
from .state import State

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day at the issuer's place.")]


def reconcile(
    context: typer.Context,
    since: Day = None,
    until: Day = None,
    issuer: Annotated[str | None, typer.Option(help="Only this issuer.")] = None,
    as_json: show.Json = False,
) -> None:
    """Compare a period (the month of its last day, today unless said) and list every difference with its sale."""
    state: State = context.obj
    with state.flow() as flow:
        _refuse(flow, since, until, issuer)
        names = [issuer] if issuer else list(flow.settings.issuers)
        reports = [_of(flow, name, since, until) for name in names]
    if as_json:
        show.value([report.as_json() for report in reports])
        return
    for report in reports:
        _print(report)


def _refuse(flow: Flow, since: datetime | None, until: datetime | None, issuer: str | None) -> None:
    if issuer and issuer not in flow.settings.issuers:
        raise ConfigError(f"there is no issuer called {issuer}", hint=f"there are: {', '.join(flow.settings.issuers)}")
    if since and until and until < since:
        raise ConfigError(f"the period ends before it begins: {since:%Y-%m-%d} to {until:%Y-%m-%d}")


def _of(flow: Flow, issuer: str, since: datetime | None, until: datetime | None) -> Report:
    last: date = until.date() if until else local(flow.issuer(issuer), flow.now()).date()
    return compare(flow, issuer, since.date() if since else last.replace(day=1), last)


def _print(report: Report) -> None:
    console = show.console()
    console.print(f"[bold]{report.issuer}[/bold], {report.since} to {report.until}")
    for currency, sums in report.totals.items():
        console.print(
            f"  {currency}: {sums.sales} sales, {sums.sold:,.2f} sold, {sums.refunded:,.2f} refunded; "
            f"{sums.cfdis} CFDIs, {sums.invoiced:,.2f} invoiced"
        )
    found = [
        {
            "what": d.finding,
            "source": d.source,
            "sale": d.sale,
            "amount": d.amount,
            "currency": d.currency,
            "why": d.why,
            "next": d.next,
        }
        for d in report.differences
    ]
    if found:
        show.rows(("what", "source", "sale", "amount", "currency"), found, notes=("why", "next"), as_json=False)
    else:
        console.print("  no differences")
