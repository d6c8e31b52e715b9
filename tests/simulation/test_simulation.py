"""The simulation itself: it keeps its promises on a few worlds, is the same each time, sees all, and can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.faults import KINDS
from tests.simulation.planted import BUGS
from tests.simulation.run import simulate
from tests.simulation.stage import stage
from tests.simulation.trace import shown

WORLDS = 60
FINDS_WITHIN = 200


@pytest.fixture(scope="module")
def on():
    with stage() as made:
        yield made


def test_some_worlds_keep_every_promise_and_meet_every_fault(on):
    outcomes = [simulate(on, seed) for seed in range(WORLDS)]
    assert [shown(outcome) for outcome in outcomes if outcome.broken] == []
    met = {text.strip().removeprefix("! ") for outcome in outcomes for _, text in outcome.trace if "!" in text}
    assert KINDS.keys() - met == set()
    assert any("comes along" in text for outcome in outcomes for _, text in outcome.trace)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(on, monkeypatch, bug):
    BUGS[bug](monkeypatch)
    assert any(simulate(on, seed).broken.startswith("Broken: ") for seed in range(FINDS_WITHIN))


def test_a_seed_is_one_world_whatever_the_process():
    assert len({trace_of(7, hash_seed) for hash_seed in ("1", "2", "3")}) == 1


def trace_of(seed: int, hash_seed: str) -> bytes:
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed), "--processes", "1"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)
    return done.stdout.rpartition(b"every promise was kept")[0]
