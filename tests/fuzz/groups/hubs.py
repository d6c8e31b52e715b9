"""A whole hub for the targets that end in the database: on PostgreSQL, which refuses more than SQLite does."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.support.databases import postgresql_answers, postgresql_database
from tests.support.world import World, world


def hub(stack: ExitStack, **changes: Any) -> World:
    """It is gone with the stack."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    url = stack.enter_context(postgresql_database()) if postgresql_answers() else f"sqlite:///{folder}/hub.db"
    return stack.enter_context(world(folder, url, **changes))
