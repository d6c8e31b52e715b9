"""`hub support`: what a maintainer needs to see of a hub, and nothing that is nobody's business."""

import io
import json
import platform
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from hub import __version__
from hub.config import VaultError, write_private
from hub.config.show import show as redacted
from hub.flow.instances import plugin_configs
from hub.plugin import ConfigError, HubError
from hub.secrecy import masked
from hub.store import Store

from . import support_facts as facts
from .state import State

app = typer.Typer(help="What helps a maintainer to help you.", no_args_is_help=True)

LAST_LINES = 2000
_PEOPLE = (
    (re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}\b", re.IGNORECASE), "[rfc]"),
    (re.compile(r"[^\s@<>\"',;:()\[\]]+@[^\s@<>\"',;:()\[\]]+"), "[email]"),
)


@app.command()
def bundle(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The zip file to write, such as support.zip.")],
    log: Annotated[Path | None, typer.Option(help="Add the last lines of this log file.")] = None,
) -> None:
    """Versions, settings without secrets, what waits, counts and the last changes of state, in one zip file."""
    if file.exists():
        raise ConfigError(f"{file} exists", hint="choose another name")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _parts(context.obj, log):
            archive.writestr(name, without_people(masked(part)) if name != "config.txt" else masked(part))
    try:
        write_private(file, content.getvalue())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"{file}: look through it before you send it")


def without_people(text: str) -> str:
    """The text without RFCs and mail addresses, which errors of the outside may quote."""
    for pattern, instead in _PEOPLE:
        text = pattern.sub(instead, text)
    return text


def _parts(state: State, log: Path | None) -> Iterator[tuple[str, str]]:
    # First the settings: reading them makes their secrets known, and so masked in all that follows.
    yield "config.txt", _told(lambda: redacted(state.settings, plugin_configs(state.registry)))
    yield "about.json", _told(lambda: _json(_about(state)))
    for name, tell in facts.OF_THE_DATABASE.items():
        yield f"{name}.json", _told(lambda tell=tell: _json(_asked(state, tell)))  # type: ignore[misc]
    if log is not None:
        yield "log.txt", _told(lambda: _last_lines(log))


def _told(tell: Callable[[], str]) -> str:
    """A part, or why there is none: a hub that needs help may be broken anywhere."""
    try:
        return tell()
    except (HubError, VaultError, OSError, ValueError, SQLAlchemyError) as error:
        return f"{type(error).__name__}: {error}\n"


def _about(state: State) -> dict[str, Any]:
    return {
        "hub": __version__,
        "python": sys.version,
        "platform": platform.platform(),
        "at": datetime.now(UTC),
        "plugins": [{"plugin": p.label, "state": p.error or "healthy"} for p in state.registry.plugins],
    }


def _asked(state: State, tell: Callable[[Store, Session], Any]) -> Any:
    store = Store(state.settings.database_url())
    try:
        with store.read() as session:
            return tell(store, session)
    finally:
        store.close()


def _last_lines(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    return "".join(lines[-LAST_LINES:])


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, default=str)
