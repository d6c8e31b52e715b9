"""A new check warns for one release, and then it fails."""

import pytest

import hub
import hub.testing
from hub.testing import PluginContract
from hub.testing.new_checks import is_over, new_in


class Checks:
    @new_in("0.2")
    def test_it_rains(self):
        assert self.wet, "take an umbrella"

    wet = False


@pytest.mark.parametrize("version", ["0.2.0", "0.2.9", "0.2.0rc1"])
def test_in_its_own_release_it_warns(monkeypatch, version):
    monkeypatch.setattr(hub, "__version__", version)
    with pytest.raises(pytest.xfail.Exception, match=r"new in 0\.2 .* take an umbrella"):
        Checks().test_it_rains()


@pytest.mark.parametrize("version", ["0.3.0", "0.10.1", "1.0.0"])
def test_from_the_next_release_on_it_fails(monkeypatch, version):
    monkeypatch.setattr(hub, "__version__", version)
    with pytest.raises(AssertionError, match="take an umbrella"):
        Checks().test_it_rains()


def test_what_holds_passes():
    checks = Checks()
    checks.wet = True
    assert checks.test_it_rains() is None


def test_no_mark_outlives_its_release():
    contracts = [found for name in hub.testing.__all__ if _is_contract(found := getattr(hub.testing, name))]
    assert len(contracts) >= 6
    marks = {name: vars(one)[name].new_in for one in contracts for name in vars(one) if _is_marked(vars(one)[name])}
    assert {name: release for name, release in marks.items() if is_over(release)} == {}


def _is_contract(found):
    return isinstance(found, type) and issubclass(found, PluginContract)


def _is_marked(check):
    return hasattr(check, "new_in")
