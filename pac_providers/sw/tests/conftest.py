"""A fake SW on a socket, and the plugin that speaks to it."""

import pytest

from pac_providers.sw.testing import FakeSw
from pac_providers.sw.tests.documents import Pac, config


@pytest.fixture
def sw():
    return FakeSw()


@pytest.fixture
def connect(sw):
    """Make plugins that speak to the fake over a real socket."""
    opened = []
    with sw.serving() as url:

        def make(**changes):
            opened.append(Pac(config(url, **changes)))
            return opened[-1]

        yield make
        for pac in opened:
            pac.http.close()


@pytest.fixture
def pac(connect):
    return connect()
