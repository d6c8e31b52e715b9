"""What the tests of the PACs over the whole hub share."""

import pytest

from hub.cfdi import Csd
from hub.testing.csd import make_csd


@pytest.fixture(scope="session")
def escuela_csd():
    made = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    return Csd.load(made.cer, made.key, made.password)
