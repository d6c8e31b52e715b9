"""`hub run`."""

import structlog
import typer

from hub.plugin import HubError

from .state import State

log = structlog.get_logger()


def run(context: typer.Context) -> None:
    """Run the daemon: read the sources, invoice, deliver, and serve webhooks and portal. SIGTERM ends it."""
    from hub.engine.daemon import Daemon
    from hub.flow.instances import Instances
    from hub.web.app import make_app

    state: State = context.obj
    with state.store() as store:
        daemon = Daemon(state.settings, store, Instances.of(state.settings, state.registry), make_app)
        try:
            daemon.run()
        except HubError:
            raise
        except Exception:
            log.exception("the daemon failed")
            raise
