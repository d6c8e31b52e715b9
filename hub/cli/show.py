"""Answers for people as tables, for machines as JSON."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, one value on standard output.")]


def rows(title: str, columns: Sequence[str], found: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Many things: a table, or a JSON list."""
    if as_json:
        value([dict(row) for row in found])
        return
    table = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in found:
        table.add_row(*(_text(row[column]) for column in columns))
    console().print(table)


def facts(found: Mapping[str, Any], *, as_json: bool) -> None:
    """One thing: a line for each fact, or a JSON object."""
    if as_json:
        value(dict(found))
        return
    table = Table.grid(padding=(0, 2))
    for name, fact in found.items():
        table.add_row(f"[bold]{name}[/bold]", _text(fact))
    console().print(table)


def value(found: Any) -> None:
    """Anything as JSON."""
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def console() -> Console:
    """Standard output; as wide as it needs to be when it is not a terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def _text(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, datetime):
        return f"{found:%Y-%m-%d %H:%M}"
    if isinstance(found, Decimal):
        return f"{found:,.2f}"
    return str(found)


def _plain(found: Any) -> Any:
    if isinstance(found, date | datetime):
        return found.isoformat()
    return str(found)
