"""The mutator makes the changes it promises, one at a time, and leaves alone what only people read."""

import ast
import textwrap

import pytest

from tools.mutants import mutants
from tools.mutate import _Fork


def names(source):
    return [mutant.name for mutant in mutants(textwrap.dedent(source))]


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("a < b", ["`a < b` -> `removed`", "`a < b` -> `a <= b`", "`a < b` -> `a >= b`"]),
        ("x = a + b", ["`a + b` -> `a - b`"]),
        ("x = a * b", ["`a * b` -> `a / b`"]),
        ("x = not a", ["`not a` -> `a`"]),
        ("x = a and b", ["`a and b` -> `a or b`"]),
        ("x = 7", ["`7` -> `8`", "`7` -> `6`"]),
        ("x = True", ["`True` -> `False`"]),
        ("x = D('0.01')", ["`'0.01'` -> `'0.1'`"]),
        ("x = D('0')", ["`'0'` -> `'1'`"]),
        ("x = 'Tasa'", ["`'Tasa'` -> `'Tasa~'`"]),
        ("x = min(a)", ["`min` -> `max`"]),
        ("x = q(a, ROUND_HALF_UP)", ["`ROUND_HALF_UP` -> `ROUND_HALF_EVEN`", "`ROUND_HALF_UP` -> `ROUND_DOWN`"]),
        ("x = 1 if a else b", ["`1 if a else b` -> `1 if not a else b`", "`1` -> `2`", "`1` -> `0`"]),
        ("x = [a for a in b if a]", ["`for a in b if a` -> `for a in b`"]),
        ("raise A", ["`raise A` -> `removed`"]),
        ("x += a", ["`x += a` -> `x -= a`", "`x += a` -> `removed`"]),
    ],
)
def test_one_change_at_a_time(source, made):
    assert names(source) == [f"module: {change}" for change in made]


def test_what_only_people_read_is_left_alone():
    source = '''
        """A module."""
        @decorated(7)
        def f(a: "int", b: Literal[1]) -> "str":
            """A function."""
            raise ValueError(f"{a} is not {b}", "say it again")
    '''

    assert names(source) == ["f: `raise ValueError(f'{a} is not {b}', 'say it again')` -> `removed`"]


def test_equal_changes_have_names_of_their_own():
    assert names("x = [1, 1]")[::2] == ["module: `1` -> `2`", "module: `1` -> `2` (2)"]


def test_a_mutant_is_the_whole_module_with_the_change():
    (mutant,) = mutants("y = a % b\n\nx = y")

    assert (ast.unparse(mutant.tree), mutant.line) == ("y = a * b\nx = y", 1)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_answers_or_is_ended():
    def for_ever():
        while True:
            pass

    assert _Fork(lambda: "tests/a.py::test_b", 60).answer() == "tests/a.py::test_b"
    assert _Fork(for_ever, 1).answer() == "time is up"
    assert _Fork(lambda: 1 / 0, 60).answer() == "no test ran"
