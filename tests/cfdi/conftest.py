"""The sandbox PAC as a second opinion on what the core builds."""

import pytest

from hub.cfdi import Csd
from hub.sat import catalogs
from hub.testing.csd import make_csd
from pac_providers.sandbox.provider import SandboxConfig
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.tests.hub_side import Pac
from tests.support.demanding import install_demanding


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "sandbox"


@pytest.fixture
def pac(data_dir):
    made = Pac(SandboxConfig(data_dir=data_dir))
    yield made
    made.http.close()
    storage_in(data_dir).ledger.close()


@pytest.fixture(scope="module")
def some_products_demand_something(tmp_path_factory):
    """An edition of the catalogs that refuses some products without a tax or a complement is in use."""
    directory = tmp_path_factory.mktemp("catalogs")
    install_demanding(directory)
    catalogs.use(directory)
    yield
    catalogs.use(None)


@pytest.fixture(scope="session")
def escuela_csd():
    made = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    return Csd.load(made.cer, made.key, made.password)
