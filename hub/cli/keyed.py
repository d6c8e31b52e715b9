"""A sale as it is keyed in: from options, from questions, or from a file; in the words of the REST API."""

import re
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer

from hub.plugin import ConfigError, DataError
from hub.plugin.api_source import posted_json

LINE = re.compile(r"\s*(?P<quantity>[0-9]+(?:\.[0-9]+)?)\s*x\s*(?P<price>[0-9]+(?:\.[0-9]+)?)\s+(?P<what>\S.*)")
BUYER = ("rfc", "name", "zip", "regimen", "uso_cfdi", "email")
QUESTIONS = {
    "rfc": "RFC",
    "name": "Name exactly as SAT has it",
    "zip": "Postal code of the domicilio fiscal",
    "regimen": "Régimen fiscal (SAT's key)",
    "uso_cfdi": "Uso CFDI (SAT's key)",
}


def from_file(path: Path) -> dict[str, Any]:
    """The JSON of a file, or of standard input for `-`."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return posted_json(raw)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except DataError as error:
        raise ConfigError(f"{path}: {error}", hint=error.hint) from None


def from_options(given: dict[str, Any], lines: list[str], now: datetime) -> dict[str, Any]:
    """The body that the options describe; on a terminal what is missing is asked for."""
    body = {name: value for name, value in given.items() if value is not None and name not in BUYER}
    buyer = {name: given[name] for name in BUYER if given.get(name) is not None}
    if lines:
        body["lines"] = [_line(text) for text in lines]
    if sys.stdin.isatty():
        _ask(body, buyer)
    if "total" not in body and "lines" in body:
        made = sum((Decimal(one["quantity"]) * Decimal(one["unit_price"]) for one in body["lines"]), Decimal(0))
        body["total"] = f"{made.quantize(Decimal('0.01')):f}"
    missing = [name for name in ("total", "description") if name not in body and not (body.get("lines"))]
    if missing:
        raise ConfigError(
            f"what was sold is missing: {', '.join(missing)}",
            hint="give --total and --description, or --line once for each line, or --from a file",
        )
    body.setdefault("external_id", f"M-{now:%Y%m%d-%H%M%S-%f}"[:-3])
    body.setdefault("occurred_at", now.isoformat(timespec="seconds"))
    return {**body, **({"buyer": buyer} if buyer else {})}


def _line(text: str) -> dict[str, str]:
    found = LINE.fullmatch(text)
    if found is None:
        raise ConfigError(
            f"{text!r} is not a line", hint='write it as "2 x 580.00 Playera": quantity x price, and what'
        )
    return {"quantity": found["quantity"], "unit_price": found["price"], "description": found["what"].strip()}


def _ask(body: dict[str, Any], buyer: dict[str, Any]) -> None:
    if "lines" not in body:
        for name, question in (("description", "What was sold"), ("total", "Total paid, taxes included")):
            if name not in body:
                body[name] = str(typer.prompt(question)).replace("$", "").replace(",", "").strip()
    if "forma_pago" not in body:
        typed = str(typer.prompt("Forma de pago (SAT's key, such as 01, 03, 04)", default="", show_default=False))
        body |= {"forma_pago": typed.strip()} if typed.strip() else {}
    if not buyer and typer.confirm("Are the buyer's fiscal data known?", default=False):
        buyer |= {name: str(typer.prompt(question)).strip() for name, question in QUESTIONS.items()}
    if "email" not in buyer:
        typed = str(typer.prompt("E-mail of the buyer", default="", show_default=False)).strip()
        buyer |= {"email": typed} if typed else {}
