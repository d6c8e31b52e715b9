"""The sentences a buyer reads: complete, kind, and with their values filled in."""

import re

import pytest

from hub.flow.portal_messages import EMPTY_FIELDS, MESSAGES, message, values_of
from hub.flow.portal_port import canonical_reference

UNKIND = re.compile(r"inv[aá]lid|error|contribuyente|denegad|por ley|\busted\b|culpa|incorrect", re.IGNORECASE)


def test_every_failure_has_its_sentence() -> None:
    told_as_23 = {24, 25}
    assert set(MESSAGES) == set(range(1, 35)) - told_as_23


@pytest.mark.parametrize("sentence", [*MESSAGES.values(), *EMPTY_FIELDS.values()])
def test_sentences_are_kind_plain_and_finished(sentence: str) -> None:
    assert not UNKIND.search(sentence)
    assert sentence[-1] in ".?"
    assert len(sentence) <= 160


@pytest.mark.parametrize("number", MESSAGES)
def test_sentences_take_their_values(number: int) -> None:
    filled = message(number, **dict.fromkeys(values_of(number), "VALOR"))
    assert "{" not in filled
    assert filled.count("VALOR") == len(values_of(number))


def test_a_value_left_out_is_noticed() -> None:
    with pytest.raises(KeyError):
        message(5, refunded="$200.00")


@pytest.mark.parametrize("typed", ["#1001", " 1001", "10 01", "1oo1", "lOO1", "IOO1", "# 1-0-0-1"])
def test_an_order_number_is_recognised_however_it_is_written(typed: str) -> None:
    assert canonical_reference(typed) == "1001"


def test_different_order_numbers_stay_different() -> None:
    written = ("1001", "1002", "A1001", "1001A")
    assert len({canonical_reference(text) for text in written}) == len(written)
