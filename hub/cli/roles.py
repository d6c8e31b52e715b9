"""`hub worker`, `hub web`, `hub scheduler`: the daemon's parts as processes of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from hub.plugin import ConfigError

from .state import State

if TYPE_CHECKING:
    from hub.engine.roles import Roles

Steps = Annotated[int | None, typer.Option("--steps", min=1, max=128, help="Steps at once; default: engine.workers.")]
Queues = Annotated[list[str] | None, typer.Option("--queue", help="Only this queue: hub, or pac-NAME. Repeatable.")]


def worker(context: typer.Context, steps: Steps = None, queue: Queues = None) -> None:
    """Do the work on this machine, beside other workers (PostgreSQL). SIGTERM ends it."""
    with _roles(context) as roles:
        _known(context.obj, queue or [])
        roles.work(steps or roles.flow.settings.engine.workers, queue or [])


def web(context: typer.Context) -> None:
    """Take webhooks and serve the portal; workers do the rest (PostgreSQL). SIGTERM ends it."""
    from hub.web.app import make_app

    with _roles(context) as roles:
        roles.serve(make_app)


def scheduler(context: typer.Context) -> None:
    """Run the clock: one of several leads, another follows when it is gone (PostgreSQL). SIGTERM ends it."""
    with _roles(context) as roles:
        roles.schedule()


@contextmanager
def _roles(context: typer.Context) -> "Iterator[Roles]":
    if find_spec("procrastinate") is None:
        raise ConfigError("several processes need Procrastinate", hint="pip install 'autofactura-hub[large]'")
    from hub.engine.roles import Roles
    from hub.flow.instances import Instances

    state: State = context.obj
    with state.store() as store:
        instances = Instances.of(state.settings, state.registry)
        try:
            yield Roles(state.settings, store, instances)
        finally:
            instances.close()


def _known(state: State, queues: list[str]) -> None:
    from hub.engine.queue.jobs import COMMON_QUEUE, queue_of

    known = [COMMON_QUEUE, *map(queue_of, state.settings.pacs)]
    for queue in queues:
        if queue not in known:
            raise ConfigError(f"there is no queue {queue}", hint=f"there are: {', '.join(known)}")
