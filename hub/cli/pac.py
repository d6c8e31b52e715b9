"""`hub pac`: what the configured PACs offer beyond stamping."""

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cfdi.aceptacion import Respuesta
from hub.flow import pac_questions
from hub.flow.pac_answer import RECEIVED
from hub.flow.pac_answer import answer as send_answer
from hub.flow.pac_offers import Heard
from hub.flow.pac_overview import Overview, overview
from hub.flow.pac_registration import Registration, registration
from hub.flow.pac_registration import register as send_registration
from hub.plugin import Balance, ConfigError, Receiver
from hub.sat import rfc as rfcs

from . import show
from .exits import CONFIGURATION, DONE, IN_DOUBT, SET_ASIDE, code_of
from .state import State

app = typer.Typer(help="What the configured PACs offer beyond stamping.", no_args_is_help=True)

VERDICTS = {"matches": DONE, "differs": SET_ASIDE, "unknown": IN_DOUBT}
Of = Annotated[str, typer.Option("--pac", help="This PAC; the first one that offers it if left out.")]
Issuer = Annotated[str, typer.Argument(help="What the configuration calls the issuer.")]


class Answer(StrEnum):
    """A receiver's answer to a cancellation."""

    ACCEPT = "accept"
    REJECT = "reject"


RESPUESTAS: dict[Answer, Respuesta] = {Answer.ACCEPT: "Aceptacion", Answer.REJECT: "Rechazo"}


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> None:
    """The configured PACs: how they are doing, how sure their wire format is, and what each offers."""
    state: State = context.obj
    with state.flow() as flow:
        found = [_overview(one) for one in overview(flow)]
    columns = ("pac", "plugin", "environment", "confidence", "health", "failures", "offers")
    show.rows(columns, found, notes=("rests_until", "says"), as_json=as_json)


@app.command()
def balance(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Only this PAC; all that tell it if left out.")] = "",
    as_json: show.Json = False,
) -> int:
    """How many stamps are left, and until when they are good."""
    state: State = context.obj
    with state.flow() as flow:
        heard = pac_questions.balances(flow, name)
    show.rows(("pac", "stamps", "until"), map(_balance, heard), notes=("says",), as_json=as_json)
    return _worst(heard)


@app.command()
def receiver(
    context: typer.Context,
    rfc: Annotated[str, typer.Argument(help="The buyer's RFC.")],
    nombre: Annotated[str, typer.Option(help="The name as the buyer gives it; what is left out is not compared.")] = "",
    codigo_postal: Annotated[str, typer.Option(help="The código postal of the domicilio fiscal.")] = "",
    regimen_fiscal: Annotated[str, typer.Option(help="The régimen fiscal, such as 601.")] = "",
    pac: Of = "",
    as_json: show.Json = False,
) -> int:
    """Compare a buyer's data with a PAC's copy of SAT's list. Ends with 0 if they match, 5 if not, 4 if unknown."""
    state: State = context.obj
    asked = Receiver(rfcs.normalize(rfc), nombre.strip(), codigo_postal.strip(), regimen_fiscal.strip())
    with state.flow() as flow:
        said = pac_questions.check_receiver(flow, asked, pac)
    facts = {"rfc": asked.rfc, "verdict": said.verdict, "field": said.field, "says": said.message}
    show.facts(facts, as_json=as_json)
    return VERDICTS[said.verdict]


@app.command()
def pending(context: typer.Context, issuer: Issuer, as_json: show.Json = False) -> int:
    """CFDIs that this issuer received and whose cancellation waits for its answer."""
    state: State = context.obj
    with state.flow() as flow:
        heard = pac_questions.pending(flow, issuer)
    found = [row for one in heard for row in _pending(one)]
    show.rows(("pac", "uuid"), found, notes=("says",), as_json=as_json)
    return _worst(heard)


@app.command()
def answer(
    context: typer.Context,
    issuer: Issuer,
    uuid: Annotated[str, typer.Argument(help="The CFDI whose issuer wants to cancel it.")],
    answer: Answer,
    pac: Of = "",
    as_json: show.Json = False,
) -> int:
    """Accept or reject a cancellation as its receiver, signed with the issuer's CSD. It cannot be taken back."""
    state: State = context.obj
    with state.flow() as flow:
        done = send_answer(flow, issuer, uuid, RESPUESTAS[answer], pac)
    facts = {"uuid": done.uuid, "answer": done.respuesta, "pac": done.pac, "code": done.code, "says": done.says}
    show.facts(facts | ({"acuse": done.acuse.decode(errors="replace")} if as_json else {}), as_json=as_json)
    return DONE if done.code == RECEIVED else CONFIGURATION


@app.command()
def register(
    context: typer.Context,
    issuer: Issuer,
    pac: Annotated[str, typer.Option("--pac", help="Which of the issuer's PACs, if several open issuers.")] = "",
    send_csd: Annotated[
        bool, typer.Option("--send-csd", help="Hand over certificate, key and password, if the PAC works with them.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the CSD goes out.")] = False,
) -> None:
    """Open an issuer at its PAC, or replace the data and CSD that the PAC has of it."""
    state: State = context.obj
    with state.flow() as flow:
        wanted = registration(flow, issuer, pac=pac, send_csd=send_csd)
        if wanted.hands_over_csd and not yes:
            _confirm(wanted)
        said = send_registration(flow, wanted)
    typer.echo(said)


@app.command()
def fetch(
    context: typer.Context,
    uuid: Annotated[str, typer.Argument(help="One of our CFDIs.")],
    to: Annotated[Path | None, typer.Option(help="Write here instead of to standard output.")] = None,
) -> None:
    """The XML that the PAC keeps of one of our CFDIs, byte for byte as it gives it."""
    state: State = context.obj
    with state.flow() as flow:
        found = pac_questions.kept_xml(flow, uuid)
    show.content(found, to)


def _confirm(wanted: Registration) -> None:
    what = f"the CSD of {wanted.issuer.rfc}, with its key and password, to {wanted.pac.name}"
    if not sys.stdin.isatty():
        raise ConfigError(f"nobody agreed to hand over {what}; nothing was sent", hint="add --yes")
    if not typer.confirm(f"Hand over {what}? Who has it can invoice in the issuer's name.", default=False):
        raise ConfigError("you did not agree; nothing was sent")


def _worst(heard: Iterable[Heard[Any]]) -> int:
    return min((code_of(one.error) for one in heard if one.error), default=DONE)


def _overview(one: Overview) -> dict[str, Any]:
    return {
        "pac": one.name,
        "plugin": one.plugin,
        "environment": one.environment,
        "confidence": one.confidence,
        "health": one.health,
        "failures": one.failures,
        "rests_until": one.rests_until,
        "offers": list(one.offers),
        "says": one.waits,
    }


def _balance(one: Heard[Balance]) -> dict[str, Any]:
    told = one.value
    says = "no limit" if told and told.stamps is None else _error(one)
    return {"pac": one.pac, "stamps": told and told.stamps, "until": told and told.until, "says": says}


def _pending(one: Heard[tuple[str, ...]]) -> list[dict[str, Any]]:
    if one.error is not None:
        return [{"pac": one.pac, "uuid": None, "says": _error(one)}]
    return [{"pac": one.pac, "uuid": uuid, "says": ""} for uuid in one.value or ()]


def _error(one: Heard[Any]) -> str:
    return " ".join(filter(None, [str(one.error or ""), one.error.hint if one.error else ""]))
