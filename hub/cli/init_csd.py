"""The CSD of a first configuration: the merchant's own, or one made for tests."""

import os
import sys
from pathlib import Path

import typer

from hub.cfdi.csd import Csd, CsdError
from hub.config.dotenv import read_dotenv
from hub.plugin import ConfigError

from .new_files import NewFiles

PASSWORD = "CSD_PASSWORD"  # noqa: S105 (the name of a variable)


def given_csd(files: NewFiles, folder: Path, csd: Path, rfc: str) -> tuple[Path, Path]:
    """The .cer and .key of a folder, proved to be the issuer's CSD."""
    certificate, private_key = _only(csd, "*.cer"), _only(csd, "*.key")
    password = _known_password(folder) or _asked_password(files, folder)
    try:
        found = Csd.load(certificate.read_bytes(), private_key.read_bytes(), password)
    except CsdError as error:
        raise ConfigError(f"{csd}: {error.reason}", hint=error.hint) from error
    if found.rfc != rfc:
        raise ConfigError(f"{csd}: this certificate belongs to {found.rfc}, the issuer is {rfc}")
    return certificate, private_key


def made_csd(files: NewFiles, folder: Path, rfc: str, nombre: str) -> tuple[Path, Path]:
    """A new test CSD in `secrets/`, with its password in `.env`."""
    from hub.testing.csd import make_csd

    certificate, private_key = Path("secrets/csd.cer"), Path("secrets/csd.key")
    there = [str(path) for path in (certificate, private_key) if (folder / path).exists()]
    if there:
        hint = f"use it with --csd {folder / 'secrets'}, or move it away"
        raise ConfigError(f"{' and '.join(there)} is there already and is not replaced", hint=hint)
    known = _known_password(folder)
    made = make_csd(rfc, nombre, password=known) if known else make_csd(rfc, nombre)
    files.write(folder / certificate, made.cer, 0o600)
    files.write(folder / private_key, made.key, 0o600)
    if not known:
        _remember(files, folder, made.password)
    return certificate, private_key


def _known_password(folder: Path) -> str:
    return os.environ.get(PASSWORD) or (read_dotenv(folder / ".env") or {}).get(PASSWORD, "")


def _asked_password(files: NewFiles, folder: Path) -> str:
    if not sys.stdin.isatty():
        raise ConfigError(f"{PASSWORD} is not set", hint=f"put {PASSWORD}=... into {folder / '.env'}")
    password: str = typer.prompt("Password of the .key", hide_input=True)
    _remember(files, folder, password)
    return password


def _remember(files: NewFiles, folder: Path, password: str) -> None:
    env = folder / ".env"
    before = env.read_text(encoding="utf-8").rstrip("\n") + "\n" if env.exists() else ""
    quote = "'" if '"' in password else '"'
    files.write(env, f"{before}{PASSWORD}={quote}{password}{quote}\n".encode(), 0o600)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ConfigError(f"{folder} has {len(found)} files {pattern}, not one", hint="a folder with one CSD only")
    return found[0].absolute()
