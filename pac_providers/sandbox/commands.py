"""`hub sandbox ...`: look into the sandbox and make it misbehave while the hub runs."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hub.plugin import DataError

from .behaviour import NAMES, Behaviours
from .ledger import Ledger
from .padron import TEST_TAXPAYERS

app = typer.Typer(help="The embedded PAC for tests and demos.", no_args_is_help=True)
Name = StrEnum("Name", {name: name for name in NAMES})  # type: ignore[misc]  # the names live in one place


class Answer(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"


Data = Annotated[Path, typer.Option("--data", help="The sandbox's data_dir.")]


@app.command()
def behave(
    data_dir: Data,
    name: Annotated[Name | None, typer.Argument()] = None,
    times: Annotated[int | None, typer.Option(min=1, help="How many requests; until cleared if left out.")] = None,
    seconds: Annotated[float, typer.Option(help="For slow and clock_offset.")] = 0,
    clear: Annotated[bool, typer.Option("--clear", help="Behave well again.")] = False,
) -> None:
    """Misbehave from the next request on; without NAME, show what is in force."""
    with _ledger(data_dir) as ledger:
        behaviours = Behaviours(ledger)
        if clear:
            behaviours.clear()
        if name is not None:
            behaviours.set(name.value, times=times, seconds=seconds)
        for active in ledger.behaviours():
            left = "until cleared" if active.times_left is None else f"{active.times_left} left"
            typer.echo(f"{active.name}: {left}" + (f", {active.seconds:g} s" if active.seconds else ""))


@app.command()
def stamps(data_dir: Data, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every stamp made, oldest first."""
    with _ledger(data_dir) as ledger:
        rows = [
            {
                "uuid": stamp.uuid,
                "tipo": stamp.tipo,
                "rfc_emisor": stamp.rfc_emisor,
                "rfc_receptor": stamp.rfc_receptor,
                "total": str(stamp.total),
                "stamped_at": stamp.stamped_at.isoformat(),
            }
            for stamp in ledger.stamps()
        ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        who = f"{row['rfc_emisor']:13}  {row['rfc_receptor']:13}"
        typer.echo(f"{row['uuid']}  {row['tipo']}  {who}  {row['total']:>14}")


@app.command()
def receptor(uuid: str, answer: Answer, data_dir: Data) -> None:
    """Answer a cancellation that waits for the receptor."""
    from .cancellation import answer as answer_request
    from .refusal import Refused
    from .settings import Settings

    with _ledger(data_dir) as ledger:
        try:
            answer_request(ledger, Settings(), uuid, accept=answer == Answer.ACCEPT, now=Behaviours(ledger).now())
        except Refused as refused:
            raise DataError(f"{refused.code}: {refused.message}") from refused
    typer.echo(f"{uuid}: {answer}ed")


@app.command()
def padron() -> None:
    """The built-in test taxpayers: what to type into the portal."""
    for person in TEST_TAXPAYERS:
        note = "  (may not issue)" if person.suspended else ""
        typer.echo(f"{person.rfc:13}  {person.codigo_postal}  {'/'.join(person.regimenes):7}  {person.nombre}{note}")


@contextmanager
def _ledger(data_dir: Path) -> Iterator[Ledger]:
    with closing(Ledger(data_dir / "pac.sqlite")) as ledger:
        yield ledger
