"""Applications on a real socket, and one browser for all: a second one in the same process is refused."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.types import ASGIApp

from tests.support.browser import browser  # noqa: F401
from tests.support.web import served


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """Serves an app until the test ends and gives its address."""
    with ExitStack() as running:
        yield lambda app: running.enter_context(served(app))
