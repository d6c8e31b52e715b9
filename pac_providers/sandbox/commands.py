"""`hub sandbox ...`: look into the sandbox and make it misbehave while the hub runs."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from .behaviour import NAMES, Behaviours
from .ledger import Ledger
from .padron import TEST_TAXPAYERS

_data = click.option(
    "--data", "data_dir", type=click.Path(path_type=Path), required=True, help="The sandbox's data_dir."
)


@click.group()
def sandbox() -> None:
    """The embedded PAC for tests and demos."""


@sandbox.command()
@click.argument("name", type=click.Choice(NAMES), required=False)
@click.option("--times", type=click.IntRange(min=1), help="How many requests; until cleared if left out.")
@click.option("--seconds", type=float, default=0, help="For slow and clock_offset.")
@click.option("--clear", is_flag=True, help="Behave well again.")
@_data
def behave(name: str | None, times: int | None, seconds: float, clear: bool, data_dir: Path) -> None:
    """Misbehave from the next request on; without NAME, show what is in force."""
    with _ledger(data_dir) as ledger:
        behaviours = Behaviours(ledger)
        if clear:
            behaviours.clear()
        if name:
            behaviours.set(name, times=times, seconds=seconds)
        for active in ledger.behaviours():
            left = "until cleared" if active.times_left is None else f"{active.times_left} left"
            click.echo(f"{active.name}: {left}" + (f", {active.seconds:g} s" if active.seconds else ""))


@sandbox.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_data
def stamps(data_dir: Path, as_json: bool) -> None:
    """Every stamp made, oldest first."""
    with _ledger(data_dir) as ledger:
        rows = [
            {"uuid": stamp.uuid, "tipo": stamp.tipo, "rfc_emisor": stamp.rfc_emisor, "total": str(stamp.total),
             "rfc_receptor": stamp.rfc_receptor, "stamped_at": stamp.stamped_at.isoformat()}
            for stamp in ledger.stamps()
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(
            f"{row['uuid']}  {row['tipo']}  {row['rfc_emisor']:13}  {row['rfc_receptor']:13}  {row['total']:>14}"
        )


@sandbox.command()
@click.argument("uuid")
@click.argument("answer", type=click.Choice(["accept", "reject"]))
@_data
def receptor(uuid: str, answer: str, data_dir: Path) -> None:
    """Answer a cancellation that waits for the receptor."""
    from .cancellation import answer as answer_request
    from .refusal import Refused
    from .settings import Settings

    with _ledger(data_dir) as ledger:
        try:
            answer_request(ledger, Settings(), uuid, accept=answer == "accept", now=Behaviours(ledger).now())
        except Refused as refused:
            raise click.ClickException(f"{refused.code}: {refused.message}") from refused
    click.echo(f"{uuid}: {answer}ed")


@sandbox.command()
def padron() -> None:
    """The built-in test taxpayers: what to type into the portal."""
    for person in TEST_TAXPAYERS:
        note = "  (may not issue)" if person.suspended else ""
        click.echo(f"{person.rfc:13}  {person.codigo_postal}  {'/'.join(person.regimenes):7}  {person.nombre}{note}")


@contextmanager
def _ledger(data_dir: Path) -> Iterator[Ledger]:
    with closing(Ledger(data_dir / "pac.sqlite")) as ledger:
        yield ledger
