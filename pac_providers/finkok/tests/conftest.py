"""A fake Finkok on a socket, and the plugin that speaks to it."""

import pytest

from pac_providers.finkok.testing import FakeFinkok
from pac_providers.finkok.tests.documents import Pac, config


@pytest.fixture
def finkok():
    return FakeFinkok()


@pytest.fixture
def connect(finkok):
    """Make plugins that speak to the fake over a real socket."""
    opened = []
    with finkok.serving() as url:

        def make(**changes):
            opened.append(Pac(config(url, **changes)))
            return opened[-1]

        yield make
        for pac in opened:
            pac.http.close()


@pytest.fixture
def pac(connect):
    return connect()
