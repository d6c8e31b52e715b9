"""The whole hub, for the tests of its steps."""

import pytest

from tests.support.world import world


@pytest.fixture
def hub(tmp_path, database_url):
    with world(tmp_path, database_url) as made:
        yield made
