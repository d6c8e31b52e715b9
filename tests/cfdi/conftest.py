"""The sandbox PAC as a second opinion on what the core builds."""

import pytest

from hub.cfdi import Csd
from hub.testing.csd import make_csd
from pac_providers.sandbox.provider import SandboxConfig
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.tests.hub_side import Pac


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "sandbox"


@pytest.fixture
def pac(data_dir):
    made = Pac(SandboxConfig(data_dir=data_dir))
    yield made
    made.http.close()
    storage_in(data_dir).ledger.close()


@pytest.fixture(scope="session")
def escuela_csd():
    made = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    return Csd.load(made.cer, made.key, made.password)
