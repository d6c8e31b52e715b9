"""What came out: the table on the terminal, and files with the report under `out/`."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from . import claim
from .checks import Check
from .mailbox import Mail
from .outcome import Outcome, Results, Told
from .world import World

COLOURS = {"invoiced": "green", "open": "cyan", "held": "yellow", "void": "dim"}


def console() -> Console:
    """Standard output, wide enough for the table when it is no terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 170)


def table(results: Results) -> Table:
    """What became of every sale."""
    shown = Table("sale", "what it shows", "total", "ticket", "where and why", "mail", box=None, header_style="bold")
    shown.columns[2].justify = "right"
    for outcome in results.outcomes:
        state = f"[{COLOURS.get(outcome.state, 'red')}]{outcome.state}[/]"
        total = f"{outcome.total:,.2f} {outcome.currency}"
        shown.add_row(outcome.expected.reference, outcome.expected.what, total, state, _where(outcome), _mail(outcome))
    for each in results.set_aside:
        shown.add_row("-", f"a broken row of {each.source}", "", "[yellow]set aside[/]", each.reason, "")
    return shown


def write_files(world: World, results: Results) -> None:
    """Every CFDI as XML and PDF, as its buyer would download them."""
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        for outcome in results.outcomes:
            if outcome.document is not None:
                name = f"{outcome.expected.reference}_{outcome.document.key}"
                files = claim.files_of(browser, browser.get(f"{world.url}/f/{outcome.link}"))
                (world.out("cfdi") / f"{name}.xml").write_bytes(files["xml"])
                (world.out("pdf") / f"{name}.pdf").write_bytes(files["pdf"])


def write_report(
    world: World, results: Results, mails: Sequence[Mail], *, reconciliation: Any, checks: Sequence[Check]
) -> None:
    """`report.json`: everything, for programs."""
    report = {
        "ok": all(check.ok for check in checks),
        "sales": [_sale(world, outcome, mails) for outcome in results.outcomes],
        "set_aside": [asdict(each) for each in results.set_aside],
        "reconciliation": reconciliation,
        "checks": [{**asdict(check), "ok": check.ok} for check in checks],
    }
    path = world.folder / "out" / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")


def _where(outcome: Outcome) -> str:
    if outcome.document is not None:
        return f"CFDI {outcome.document.key} for {outcome.document.rfc}"
    return outcome.why


def _mail(outcome: Outcome) -> str:
    told = [f"{told.kind}{'' if told.state == 'sent' else f' ({told.state})'}" for told in outcome.told]
    return ", ".join(told)


def _sale(world: World, outcome: Outcome, mails: Sequence[Mail]) -> dict[str, Any]:
    document = outcome.document
    return {
        "reference": outcome.expected.reference,
        "what": outcome.expected.what,
        "source": outcome.source,
        "total": outcome.total,
        "currency": outcome.currency,
        "ticket": outcome.state,
        "why": outcome.why,
        "next": outcome.next,
        "portal": f"{world.url}/f/{outcome.link}",
        "cfdi": document and {name: value for name, value in asdict(document).items() if name != "xml"},
        "mails": [_told(told, mails) for told in outcome.told],
    }


def _told(told: Told, mails: Sequence[Mail]) -> dict[str, Any]:
    mail = next((mail for mail in mails if mail.message_id == told.message_id), None)
    return {
        "kind": told.kind,
        "to": told.recipient,
        "state": told.state,
        "subject": mail.subject if mail else "",
        "file": mail.path.name if mail else "",
        "attachments": list(mail.attachments) if mail else [],
    }
