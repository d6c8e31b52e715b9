"""`hub db backup` and what follows a restore."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from hub.engine.lock import only_daemon
from hub.flow.adopt import Found, adopt
from hub.flow.context import Flow
from hub.flow.instances import Instances
from hub.flow.restoration import settle
from hub.flow.restored import mark, newest
from hub.plugin import ConfigError, DataError
from hub.store import Restoration, Store, backup, postgresql_tools

from . import show
from .exits import DONE, IN_DOUBT, SET_ASIDE
from .state import State
from .sync import FORMATS

SHORTEST_REASON = 10
Force = Annotated[str, typer.Option(help="Over a database that knows more: why, in words.")]
Reason = Annotated[str, typer.Option(help="Who found it out, and how. Kept for the auditor.")]


def backup_(context: typer.Context, to: Path, as_json: show.Json = False) -> None:
    """Copy the database into a new folder while the hub works. Configuration and secrets are not in it."""
    state: State = context.obj
    store = Store(state.settings.database_url())
    try:
        manifest = backup.backup(store, to, now=lambda: datetime.now(UTC))
    finally:
        store.close()
    facts = {"made_at": manifest.made_at, "version": manifest.version, "database": manifest.database}
    facts |= {"file": str(to / manifest.file), "size": manifest.size, "sha256": manifest.sha256}
    show.facts({**facts, **manifest.rows}, as_json=as_json)


def restore(context: typer.Context, source: Path, force: str) -> None:
    """Put a backup in the place of the database, marked as restored."""
    manifest = backup.Manifest.read(source)
    with _beside_nobody(context.obj) as flow:
        if manifest.database != flow.store.url.get_backend_name():
            raise ConfigError(
                f"the backup is of {manifest.database}, database.url is not", hint="restore it into its own kind"
            )
        if flow.store.is_sqlite:
            asked = _restore_file(flow, source, manifest, force.strip())
        else:
            asked = _restore_postgresql(flow, source, manifest)
    typer.echo(f"restored as of {manifest.made_at.isoformat()}; {asked} to be asked what they stamped since")
    typer.echo(
        "start the hub: it reads the sources, asks the PACs, and sends nothing before; `hub db restored` shows it"
    )


def restored(
    context: typer.Context,
    at: Annotated[
        datetime | None, typer.Option(formats=FORMATS, help="Mark a database that was restored by other means.")
    ] = None,
    as_json: show.Json = False,
) -> int:
    """What is still asked after a restore, PAC by PAC; or say that the database was restored by other means."""
    state: State = context.obj
    if at is not None:
        since = at if at.tzinfo else at.astimezone()
        with _beside_nobody(state) as flow, flow.store.brought_to_light() as session:
            asked = mark(flow, session, since=since, who=_operator())
        typer.echo(f"marked as restored as of {since.isoformat()}; {asked} to be asked what they stamped since")
        return DONE
    with state.store() as store, store.read() as session:
        rows = session.exec(select(Restoration).order_by(col(Restoration.id))).all()
    columns = ("issuer", "pac", "since", "found", "settled", "ended")
    show.rows(columns, [_row(row) for row in rows], notes=("says",), as_json=as_json)
    return IN_DOUBT if any(row.ended_at is None for row in rows) else DONE


def found(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(exists=True, help="Stamped XML, or folders of it.")],
    pac: Annotated[str | None, typer.Option(help="Who stamped them; the issuer's first if left out.")] = None,
) -> int:
    """Take in stamped CFDIs that this database does not know, from a PAC's panel or SAT's download."""
    state: State = context.obj
    if pac is not None and pac not in state.settings.pacs:
        raise ConfigError(f"there is no PAC {pac}", hint=f"there are: {', '.join(state.settings.pacs)}")
    refused = 0
    with state.flow() as flow:
        for file in sorted(_xml_files(files)):
            try:
                one = Found.of(file.read_bytes())
                issuer = _issuer_of(flow, one)
                outcome = adopt(flow, issuer, pac or flow.issuer(issuer).pac[0], one, who=_operator())
            except DataError as error:
                refused += 1
                typer.echo(f"{file}: {error}", err=True)
            else:
                typer.echo(f"{file}: {outcome.name.lower()}")
    return SET_ASIDE if refused else DONE


def settle_(context: typer.Context, issuer: str, pac: str, reason: Reason) -> None:
    """Say that all which a PAC stamped for an issuer since the backup is known here."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ConfigError("this is said by a reason in words", hint="who looked, where, and when")
    state: State = context.obj
    with state.flow() as flow, flow.store.write() as session:
        mine = select(Restoration).where(
            Restoration.issuer == issuer, Restoration.pac == pac, col(Restoration.ended_at).is_(None)
        )
        row = session.exec(mine.with_for_update()).one_or_none()
        if row is None:
            raise ConfigError(f"nothing is asked of {pac} for {issuer}", hint="`hub db restored` shows what is")
        settle(flow, session, row, who=_operator(), why=reason.strip())
    typer.echo(f"{issuer} {pac}: settled; the hub goes on when all are")


@contextmanager
def _beside_nobody(state: State) -> Iterator[Flow]:
    """The flow without a look at the database, while no hub can start."""
    instances = Instances.of(state.settings, state.registry)
    store = Store(state.settings.database_url())
    try:
        with only_daemon(store, state.settings.data_dir):
            yield Flow(state.settings, store, instances)
    finally:
        store.close()
        instances.close()


def _restore_file(flow: Flow, source: Path, manifest: backup.Manifest, force: str) -> int:
    target = Path(flow.store.url.database or "")
    _refuse_to_forget(flow.store, target, manifest, force)
    flow.store.close()
    stamp = f"{flow.now():%Y%m%dT%H%M%S}"
    draft, aside = (target.with_name(f"{target.name}.{name}-{stamp}") for name in ("restoring", "before"))
    backup.copy_of(source, manifest, draft)
    staged = Store(f"sqlite:///{draft}")
    try:
        with staged.brought_to_light() as session:
            asked = mark(flow, session, since=manifest.made_at, who=_operator(force))
    finally:
        staged.close()
    backup.put_in_place(draft, target, aside)
    return asked


def _refuse_to_forget(store: Store, target: Path, manifest: backup.Manifest, force: str) -> None:
    if not target.exists() or len(force) >= SHORTEST_REASON:
        return
    try:
        if not inspect(store.engine).has_table("event"):
            return
        with store.read() as session:
            last = newest(session)
    except DatabaseError as error:
        why = f"{target} cannot be read: {error.orig}"
    else:
        if last is None or last <= manifest.made_at:
            return
        why = f"{target} knows more than the backup: something happened at {last.isoformat()}"
    raise ConfigError(why, hint="--force with the reason in words; the file stays beside the new one")


def _restore_postgresql(flow: Flow, source: Path, manifest: backup.Manifest) -> int:
    here = set(inspect(flow.store.engine).get_table_names())
    if here & {"event", "cfdi", postgresql_tools.ALEMBIC, postgresql_tools.UNFINISHED}:
        hint = "make an empty database and let database.url name it; nothing is restored over another"
        raise ConfigError("the database has tables of a hub", hint=hint)
    postgresql_tools.load(flow.store.url, source / manifest.file)
    with flow.store.brought_to_light(postgresql_tools.UNFINISHED) as session:
        return mark(flow, session, since=manifest.made_at, who=_operator())


def _xml_files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from path.rglob("*.xml") if path.is_dir() else [path]


def _issuer_of(flow: Flow, one: Found) -> str:
    rfc, serie = one.document.emisor.rfc, one.document.serie or ""
    mine = [name for name, issuer in flow.settings.issuers.items() if issuer.rfc == rfc]
    chosen = [name for name in mine if len(mine) == 1 or flow.issuer(name).serie == serie]
    if len(chosen) != 1:
        raise DataError(f"no issuer of the configuration has RFC {rfc} and serie {serie}")
    return chosen[0]


def _operator(force: str = "") -> str:
    return f"operator {getpass.getuser()}{': ' + force if force else ''}"[:60]


def _row(row: Restoration) -> dict[str, Any]:
    return {
        "issuer": row.issuer,
        "pac": row.pac,
        "since": row.since,
        "found": row.found,
        "settled": row.settled_at,
        "ended": row.ended_at,
        "says": row.says,
    }
