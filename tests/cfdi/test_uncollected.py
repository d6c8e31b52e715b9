"""The collector rests while very many values are made, and only then."""

import gc

import pytest

from hub.cfdi.uncollected import uncollected


@pytest.fixture(autouse=True)
def collector():
    yield
    gc.enable()


def test_it_works_again_afterwards():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error():
    @uncollected()
    def fails():
        raise ValueError(gc.isenabled())

    for _ in range(2):
        with pytest.raises(ValueError, match="False"):
            fails()
        assert gc.isenabled()


def test_where_it_rests_it_goes_on_resting():
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
