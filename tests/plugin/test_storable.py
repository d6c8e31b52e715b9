"""Values that a database would refuse, or that have no end, are refused where they come in."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from pydantic import ValidationError

from hub.plugin import Buyer, DataError, InDoubtError, Line, Payment, RawRequest, Refund, Sale
from hub.plugin.http import Answer
from hub.plugin.storable import fit, is_fit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = ["\0", "a\0b", "\ud800", "\udfff\ud800"]
ENDLESS = [b"1e999999", b"-1e999999999", b"1e-999999999", b"1e99999999999999999999", b"9" * 5000, b"0." + b"9" * 400]
NO_JSON = [b"NaN", b"Infinity", b"-Infinity", b"[" * 20_000, b"", b"\xff"]


def sale(**changes):
    total = changes.pop("total", Decimal("116.00"))
    line = Line(description="Taza", unit_price=total, total=total)
    return Sale(**{"id": "a-1", "sold_at": NOW, "currency": "MXN", "total": total, "lines": (line,), **changes})


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "make",
    [
        lambda word: sale(id=word),
        lambda word: sale(reference=word),
        lambda word: sale(aliases=("ok", word)),
        lambda word: Buyer(nombre=word),
        lambda word: Line(description=word, unit_price="1", total="1"),
        lambda word: Refund(id="r", sale_id=word, refunded_at=NOW, currency="MXN", amount="1"),
        lambda word: Payment(id=word, sale_id="s", paid_at=NOW, currency="MXN", amount="1"),
    ],
)
def test_a_text_that_no_database_keeps_is_refused(make, word):
    with pytest.raises(ValidationError):
        make(word)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14))),
        datetime(1969, 12, 31, tzinfo=UTC),
    ],
)
def test_a_time_that_is_none_in_another_zone_is_refused(moment):
    for name in ("sold_at", "updated_at"):
        with pytest.raises(ValidationError, match=f"{name} is no time"):
            sale(**{name: moment})


@pytest.mark.parametrize(("amount", "good"), [("9" * 18, True), ("1.000000", True), ("1" + "0" * 18, False),
                                              ("0.0000001", False), ("1.00000000", True)])  # fmt: skip
def test_an_amount_that_the_database_would_round_or_refuse_is_refused(amount, good):
    if good:
        assert sale(total=Decimal(amount)).total == Decimal(amount)
        return
    with pytest.raises(ValidationError, match="digits"):
        sale(total=Decimal(amount))
    with pytest.raises(ValidationError, match="digits"):
        Refund(id="r", sale_id="s", refunded_at=NOW, currency="MXN", amount=amount)
    with pytest.raises(ValidationError, match="digits"):
        Payment(id="r", sale_id="s", paid_at=NOW, currency="MXN", amount=amount)


@pytest.mark.parametrize("change", [{"aliases": ("a" * 201,)}, {"aliases": ("",)},
                                    {"buyer": Buyer(customer_id="c" * 191)}])  # fmt: skip
def test_a_name_longer_than_its_column_is_refused(change):
    with pytest.raises(ValidationError, match="characters"):
        sale(**change)


def test_what_is_said_is_made_fit():
    assert [fit(word) for word in WORDS] == ["\ufffd", "a\ufffdb", "\ufffd", "\ufffd\ufffd"]
    assert is_fit("ñ 😀 \u202e")


@pytest.mark.parametrize("body", [*ENDLESS, *NO_JSON])
def test_json_with_endless_numbers_or_none_is_no_json(body):
    wrapped = b'{"a": ' + body + b"}"
    with pytest.raises(InDoubtError):
        Answer(200, {}, wrapped).json()
    with pytest.raises(DataError):
        RawRequest({}, wrapped, NOW).json()


def test_json_with_ordinary_numbers_stays_exact():
    body = b'{"a": 0.10, "b": 9223372036854775807, "c": 1e3, "d": 1160.00}'
    for read in (Answer(200, {}, body).json(), RawRequest({}, body, NOW).json()):
        assert str(read) == str({"a": Decimal("0.10"), "b": 2**63 - 1, "c": Decimal("1e3"), "d": Decimal("1160.00")})
