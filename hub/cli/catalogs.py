"""`hub catalogs`: what SAT publishes, renewed and searched."""

from importlib.metadata import version
from typing import Annotated, Any

import typer

from hub.plugin import ConfigError, TransientError
from hub.sat import catalogs, efos
from hub.sat.errors import CatalogError, UnreachableError
from hub.sat.search import Suggestion, suggest_product, suggest_unit
from hub.sat.swap import Manifest

from . import show
from .state import State

app = typer.Typer(help="SAT's catalogs and its 69-B list.", no_args_is_help=True)

SAT = "sat"


@app.command()
def update(
    context: typer.Context,
    from_: Annotated[
        str | None, typer.Option("--from", help="File or https URL of the catalogs; phpcfdi's latest if left out.")
    ] = None,
    efos_: Annotated[
        str | None, typer.Option("--efos", help="Renew the 69-B list instead: file, https URL, or `sat` for SAT's own.")
    ] = None,
    sha256: Annotated[str, typer.Option(help="Refuse the file if its SHA-256 is another one.")] = "",
    as_json: show.Json = False,
) -> None:
    """Fetch a new edition, check it and put it in force; a running hub takes it up within seconds."""
    from hub.sat import update as renewal

    state: State = context.obj
    directory = state.settings.catalogs_dir
    if from_ and efos_:
        raise ConfigError("--from and --efos are two files", hint="renew one after the other")
    try:
        if efos_:
            manifest = renewal.update_efos(directory, renewal.EFOS_URL if efos_ == SAT else efos_, sha256=sha256)
        else:
            manifest = renewal.update_catalogs(directory, from_ or renewal.CATALOGS_URL, sha256=sha256)
    except UnreachableError as error:
        raise TransientError(str(error), hint=error.hint) from error
    except CatalogError as error:
        raise ConfigError(str(error), hint=error.hint) from error
    show.facts(_told(manifest), as_json=as_json)


@app.command("show")
def show_(context: typer.Context, as_json: show.Json = False) -> None:
    """Which edition of the catalogs and of the 69-B list is in force."""
    state: State = context.obj
    state.settings  # noqa: B018 - puts the installed editions in use
    edition = catalogs.edition()
    listed = efos.manifest()
    rows = [
        {"what": "catalogs", **(_told(edition.manifest) if edition.manifest else _shipped())},
        {"what": "69-B list", **(_told(listed) if listed else _told(None))},
        *({"what": "passed over", **_told(None), "source": reason} for reason in edition.refused),
    ]
    show.rows(("what", "dated", "source", "sha256", "installed_at"), rows, as_json=as_json)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What it is, in Spanish: playera algodon.")],
    unit: Annotated[bool, typer.Option("--unit", help="Look for a ClaveUnidad instead of a ClaveProdServ.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 10,
    as_json: show.Json = False,
) -> None:
    """Find the key of a product, service or unit."""
    state: State = context.obj
    if state.config.exists():
        state.settings  # noqa: B018 - puts the installed edition in use
    found = (suggest_unit if unit else suggest_product)(" ".join(words), limit)
    show.rows(("key", "description", "score"), map(_row, found), as_json=as_json)


def _row(suggestion: Suggestion) -> dict[str, Any]:
    return {"key": suggestion.key, "description": suggestion.description, "score": f"{suggestion.score:.2f}"}


def _told(manifest: Manifest | None) -> dict[str, Any]:
    if manifest is None:
        return {"dated": "", "source": "none installed", "sha256": "", "installed_at": ""}
    return {
        "dated": manifest.dated,
        "source": manifest.source,
        "sha256": manifest.source_sha256,
        "installed_at": manifest.installed_at,
    }


def _shipped() -> dict[str, Any]:
    return {**_told(None), "source": f"shipped with satcfdi {version('satcfdi')}"}
