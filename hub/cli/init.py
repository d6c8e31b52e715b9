"""`hub init`: asks a few questions, writes the configuration and makes the database."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hub.config import load
from hub.flow.instances import plugin_configs
from hub.plugin import ConfigError
from hub.sat import rfc as sat_rfc
from hub.sat.regimen_uso import regimenes_for
from hub.sat.zone import zone_of
from hub.store import Store

from .state import State

TEMPLATE = """\
version: 1
environment: test                 # production once everything works
data_dir: data

web:
  host: 127.0.0.1
  port: 8080
  public_url: http://127.0.0.1:8080

issuers:
  {name}:
    rfc: {rfc}
    nombre: {nombre}
    regimen_fiscal: "{regimen_fiscal}"
    codigo_postal: "{codigo_postal}"
    csd:
      certificate: {{$file: {certificate}}}
      private_key: {{$file: {private_key}}}
      password: {{$env: CSD_PASSWORD}}
    pac: principal
    serie: A
    product: {{clave_prod_serv: "01010101", clave_unidad: H87, iva: "0.16"}}

pacs:
  principal:
    use: sandbox                  # makes no valid invoices; `hub plugins list` shows the others
    data_dir: data/sandbox

sources:
  archivos:                       # CSV and XLSX files dropped in a folder
    use: files
    issuer: {name}
    every: 1 minute
    start: {start}
    folder: ventas
    columns: {{id: Folio, sold_at: Fecha, description: Concepto, total: Total, forma_pago: Forma de pago}}
"""


def init(
    context: typer.Context,
    name: Annotated[
        str, typer.Option(prompt="Short name of the issuer", help="Yours; in logs and addresses.")
    ] = "tienda",
    rfc: Annotated[str, typer.Option(prompt="RFC", help="The issuer's RFC.")] = "EKU9003173C9",
    nombre: Annotated[
        str, typer.Option(prompt="Name exactly as SAT has it, without S.A. de C.V.", help="The issuer's name.")
    ] = "ESCUELA KEMPER URGATE",
    regimen_fiscal: Annotated[
        str, typer.Option(prompt="Régimen fiscal (SAT's key)", help="Such as 601 or 612.")
    ] = "601",
    codigo_postal: Annotated[
        str, typer.Option(prompt="Postal code of the place of issue", help="Also decides the time zone.")
    ] = "42501",
    csd: Annotated[
        Path | None, typer.Option(help="Folder with the .cer and .key of the CSD; a test CSD is made if left out.")
    ] = None,
) -> None:
    """Write a first configuration, with the embedded sandbox PAC, and make the database."""
    state: State = context.obj
    if state.config.exists():
        raise ConfigError(f"{state.config} is there already", hint="move it away first, or edit it")
    tidy = sat_rfc.normalize(rfc)
    _refuse(tidy, regimen_fiscal)
    zone = _zone(codigo_postal)
    folder = state.config.absolute().parent
    certificate, private_key = _csd_files(folder, csd, tidy, nombre)
    (folder / "ventas").mkdir(exist_ok=True)
    text = TEMPLATE.format(
        name=name,
        rfc=tidy,
        nombre=nombre,
        regimen_fiscal=regimen_fiscal,
        codigo_postal=codigo_postal,
        certificate=certificate,
        private_key=private_key,
        start=datetime.now(zone).date().isoformat(),
    )
    state.config.write_text(text, encoding="utf-8")
    settings = load(state.config, plugins=plugin_configs(state.registry))
    Store(settings.database_url()).migrate()
    typer.echo(f"wrote {state.config}; next: `hub check`, then `hub run`")


def _refuse(rfc: str, regimen_fiscal: str) -> None:
    if not sat_rfc.is_valid(rfc):
        raise ConfigError(f"{rfc} is not an RFC", hint="12 characters for a company, 13 for a person")
    known = {regimen.key for regimen in regimenes_for(sat_rfc.person(rfc))}
    if regimen_fiscal not in known:
        raise ConfigError(
            f"régimen {regimen_fiscal} is not for this kind of RFC", hint=f"one of {', '.join(sorted(known))}"
        )


def _zone(codigo_postal: str) -> ZoneInfo:
    try:
        return zone_of(codigo_postal)
    except LookupError as error:
        raise ConfigError(f"{codigo_postal} is not a postal code of SAT's catalog", hint=str(error)) from None


def _csd_files(folder: Path, csd: Path | None, rfc: str, nombre: str) -> tuple[Path, Path]:
    if csd is not None:
        return _only(csd, "*.cer"), _only(csd, "*.key")
    from hub.testing.csd import make_csd

    made = make_csd(rfc, nombre)
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    (secrets / "csd.cer").write_bytes(made.cer)
    (secrets / "csd.key").write_bytes(made.key)
    env = folder / ".env"
    if "CSD_PASSWORD=" not in (env.read_text() if env.exists() else ""):
        with env.open("a") as file:
            file.write(f"CSD_PASSWORD={made.password}\n")
        env.chmod(0o600)
    return Path("secrets/csd.cer"), Path("secrets/csd.key")


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise ConfigError(f"{folder} has {len(found)} files {pattern}, not one", hint="a folder with one CSD only")
    return found[0].absolute()
