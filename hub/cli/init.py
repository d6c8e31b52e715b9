"""`hub init`: asks a few questions, writes the configuration and makes the database."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
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

from .init_csd import given_csd, made_csd
from .new_files import NewFiles
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
        Path | None,
        typer.Option(
            help="Folder with the .cer and .key of the CSD, its password in CSD_PASSWORD; "
            "a test CSD is made if left out."
        ),
    ] = None,
) -> None:
    """Write a first configuration, with the embedded sandbox PAC, and make the database."""
    state: State = context.obj
    if state.config.exists():
        raise ConfigError(f"{state.config} is there already", hint="move it away first, or edit it")
    tidy = sat_rfc.normalize(rfc)
    _refuse(tidy, regimen_fiscal)
    zone = _zone(name, codigo_postal)
    folder = state.config.absolute().parent
    with _all_or_nothing() as files:
        certificate, private_key = given_csd(files, folder, csd, tidy) if csd else made_csd(files, folder, tidy, nombre)
        text = TEMPLATE.format(
            name=_yaml(name),
            rfc=tidy,
            nombre=_yaml(nombre),
            regimen_fiscal=regimen_fiscal,
            codigo_postal=codigo_postal,
            certificate=_yaml(str(certificate)),
            private_key=_yaml(str(private_key)),
            start=datetime.now(zone).date().isoformat(),
        )
        files.write(state.config, text.encode())
        settings = load(state.config, plugins=plugin_configs(state.registry))
    (folder / "ventas").mkdir(exist_ok=True)
    with closing(Store(settings.database_url())) as store:
        store.migrate()
    option = "" if state.config == Path("config.yaml") else f" --config {state.config}"
    typer.echo(f"wrote {state.config}; next: `hub{option} check`, then `hub{option} run`")


def _refuse(rfc: str, regimen_fiscal: str) -> None:
    if not sat_rfc.is_valid(rfc):
        raise ConfigError(f"{rfc} is not an RFC", hint="12 characters for a company, 13 for a person")
    known = {regimen.key for regimen in regimenes_for(sat_rfc.person(rfc))}
    if regimen_fiscal not in known:
        raise ConfigError(
            f"régimen {regimen_fiscal} is not for this kind of RFC", hint=f"one of {', '.join(sorted(known))}"
        )


def _zone(name: str, codigo_postal: str) -> ZoneInfo:
    try:
        return zone_of(codigo_postal)
    except LookupError as error:
        raise ConfigError(f"issuers.{name}.codigo_postal: {error}") from None


def _yaml(text: str) -> str:
    """A name as YAML, whatever it holds: YAML reads JSON strings."""
    return json.dumps(text, ensure_ascii=False)


@contextmanager
def _all_or_nothing() -> Iterator[NewFiles]:
    """An answer that the configuration refuses leaves nothing behind, so that the next try is a first one."""
    files = NewFiles()
    try:
        yield files
    except BaseException:
        files.undo()
        raise
