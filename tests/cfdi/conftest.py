"""The sandbox PAC as a second opinion on what the core builds."""

import pytest

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
