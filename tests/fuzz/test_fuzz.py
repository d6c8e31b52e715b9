"""Every group in small numbers, with the same inputs each time; `make fuzz RUNS=20000` tries new ones in large ones."""

import pytest

from .groups import GROUPS
from .planted import PLANTED
from .watched import fuzz

RUNS, SEED = 15, 20261121
FOUND = {
    "crashes": "IndexError",
    "believes NaN": "ValueError: cannot convert float NaN to integer",
    "hangs": "Timeout",
    "hangs in C": "Timeout",
    "eats": "MemoryError",
}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_whatever_comes_is_read_or_refused_in_words(group):
    outcome = fuzz(group, runs=RUNS, seed=SEED)
    assert outcome.ok, outcome.said


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_reader_that_does_what_none_may_do_is_found_with_its_input(name):
    outcome = fuzz(name, runs=300, seed=SEED, input_s=3)
    assert not outcome.ok
    assert FOUND[name] in outcome.said
    assert ("Failing test case" in outcome.said) != ("the last input was" in outcome.said)
