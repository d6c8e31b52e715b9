"""A record as it is stored: equal for equal records, and the same record again when it is read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flow.intake import raw_bytes, stored_record

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_what_is_stored_is_what_was_told(record):
    stored = raw_bytes(record)
    assert stored_record(stored) == record
    assert raw_bytes(dict(reversed(record.items()))) == stored


def test_numbers_stay_as_they_were_written():
    assert raw_bytes({"b": Decimal("1.10"), "a": [1, "ñ"]}) == '{"a":[1,"ñ"],"b":1.10}'.encode()
    assert raw_bytes({"a": [1, "ñ"]}) == '{"a":[1,"ñ"]}'.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        raw_bytes({"a": number})
