"""`hub secrets`: keys and passwords encrypted at rest, in a file beside the configuration."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from hub.config import VAULT_FILE, Vault, VaultError, VaultKeys, find_keys, new_key, variables_for, write_private
from hub.plugin import ConfigError

from . import show
from .state import State

app = typer.Typer(
    help="Secrets encrypted at rest; {$secret: name} in the configuration reads them.", no_args_is_help=True
)
KeyFile = Annotated[Path | None, typer.Option(help="Write it to this new file, for HUB_SECRETS_KEY_FILE.")]
Name = Annotated[str, typer.Argument(help="What the configuration calls it.")]


@app.command()
def key(file: KeyFile = None) -> None:
    """Make a key: on standard output, or in a file that only you can read."""
    made = new_key().get_secret_value()
    if file is None:
        typer.echo(made)
        return
    if file.exists():
        raise ConfigError(f"{file} exists", hint="a key that is lost loses every secret; choose another name")
    try:
        write_private(file, f"{made}\n".encode())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"{file} holds the key: set HUB_SECRETS_KEY_FILE={file}, and keep a copy away from the backups")


@app.command("set")
def set_(
    context: typer.Context,
    name: Name,
    file: Annotated[Path | None, typer.Option("--from", help="Take the content of a file, such as a .key.")] = None,
) -> None:
    """Keep a secret; without --from it is asked for, or read from standard input."""
    with _opened(context) as (vault, _):
        vault.put(name, _content(file))
        typer.echo(f"kept; the configuration reads it as {{$secret: {name}}}")


@app.command("list")
def list_(context: typer.Context, as_json: show.Json = False) -> None:
    """The names that are kept, never the values."""
    with _opened(context) as (vault, _):
        show.rows(("secret",), [{"secret": name} for name in vault.names], as_json=as_json)


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Forget a secret."""
    with _opened(context) as (vault, _):
        vault.remove(name)
        typer.echo(f"{name} is forgotten")


@app.command()
def rotate(context: typer.Context) -> None:
    """Encrypt every secret with a new key; the old key opens nothing any more.

    A key file or keyring gets the new key here. If the key is in the environment, put a new one from `hub secrets key`
    in front of the old one (HUB_SECRETS_KEY="new old"), run this, then take the old one out.
    """
    with _opened(context) as (vault, keys):
        if keys.place == "environment":
            if len(keys.keys) < 2:
                raise ConfigError(
                    f"{keys.where} holds one key, and rotating wants the new one before it",
                    hint='set HUB_SECRETS_KEY="new old", with a new one from `hub secrets key`',
                )
            typer.echo(f"{vault.rotate()} secrets encrypted anew; now take the old key out of {keys.where}")
            return
        # Both keys are in place before anything is encrypted anew, so stopping anywhere loses nothing.
        both = keys.replaced([new_key(), *keys.keys])
        count = Vault(vault.path, both.keys).rotate()
        both.replaced(both.keys[:1])
        typer.echo(f"{count} secrets encrypted anew; {keys.where} holds only the new key")


@contextmanager
def _opened(context: typer.Context) -> Iterator[tuple[Vault, VaultKeys]]:
    state: State = context.obj
    path = state.config.absolute().parent / VAULT_FILE
    try:
        keys = find_keys(path, variables_for(path.parent, os.environ))
        yield Vault(path, keys.keys), keys
    except VaultError as error:
        raise ConfigError(f"{path}: {error.reason}", hint=error.hint) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _content(file: Path | None) -> bytes:
    if file is not None:
        try:
            return file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    if sys.stdin.isatty():
        typed: str = typer.prompt("secret", hide_input=True)
        return typed.encode()
    return sys.stdin.buffer.read().strip(b"\r\n")
