"""What needs possessive groups says the same on a Python that matches them wrongly."""

import pytest

from hub.cfdi.possessive import compiled


@pytest.mark.parametrize("is_right", [False, True])
@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("(?:a[bc]{0,2}+)*+c?", "abca", True),
        ("(?:[0-9]{1,3}+(?:,[0-9]{1,2}+)?+ ){1,2}+x", "1,2 3 x", True),
        ("(?:[0-9]{1,3}+(?:,[0-9]{1,2}+)?+ ){1,2}+x", "1,234 x", False),
    ],
)
def test_a_pattern_means_the_same_without_its_possessive_groups(pattern, text, matches, is_right):
    assert bool(compiled(pattern, is_right=is_right).fullmatch(text)) is matches


def test_where_they_are_wrong_there_are_none():
    assert compiled(r"(?:a(?:b)?+){2,3}+[c]*+\)+", is_right=False).pattern == r"(?:a(?:b)?){2,3}[c]*+\)+"
