"""What the tests of updates share."""

import pytest

from hub.sat import catalogs, efos, update
from tests.support.publisher import catalogs_database, publisher


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A complete database in the published form."""
    return catalogs_database(tmp_path_factory.mktemp("published") / "catalogs.db")


@pytest.fixture(scope="session")
def installed_once(tmp_path_factory, published):
    directory = tmp_path_factory.mktemp("installed")
    update.update_catalogs(directory, str(published))
    return directory


@pytest.fixture
def server():
    with publisher() as made:
        yield made


@pytest.fixture
def use(monkeypatch):
    """Put a folder in use for one test; a change in it is seen at once."""
    monkeypatch.setattr("hub.sat.edition.LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr("hub.sat.efos.LOOK_AGAIN_S", 0.0)

    def use(directory):
        catalogs.use(directory)
        efos.use(directory)

    yield use
    use(None)
