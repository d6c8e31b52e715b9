"""The REST source keeps what every plugin promises, and maps what is posted to the cent."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.rest.source import RestConfig, RestSource
from hub.plugin import DataError, Http, Ignored, Payment, RawRequest, Refund, Sale, exact_json
from hub.testing import PluginContract, no_way_out

D = Decimal
WHEN = "2026-11-20T11:52:31-06:00"
IVA = {"type": "IVA", "rate": "0.16"}
WITHHELD = {**IVA, "withheld": True}
CUOTA = {"type": "IEPS", "factor": "Cuota", "rate": "6.4555"}
SOURCE = RestSource(RestConfig())


def sale(**changes: Any) -> dict[str, Any]:
    return {"external_id": "A-1", "occurred_at": WHEN, "total": "116.00", "description": "Venta", **changes}


def refund(**changes: Any) -> dict[str, Any]:
    return {"external_id": "D-1", "sale_external_id": "A-1", "occurred_at": WHEN, "amount": "16.00", **changes}


def mapped(body: dict[str, Any], kind: str = "sale", source: RestSource = SOURCE) -> Any:
    raw = RawRequest({"hub-kind": kind, "hub-live": "true"}, exact_json(body), datetime.now(UTC))
    return source.to_sale(source.record(raw))


class TestRestKeepsThePromisesOfAPlugin(PluginContract):
    plugin = RestSource
    config = RestConfig()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Nobody is there."""
        raise AssertionError(f"a source that is posted to asked {request.url}")

    def operations(self) -> Iterator[tuple[str, Callable[[Http], Any]]]:
        yield from super().operations()
        yield "pages", lambda http: list(self.make().pages(http, datetime.now(UTC)))


def test_nobody_is_asked():
    with no_way_out():
        assert list(SOURCE.pages(Http.of(SOURCE.client()), datetime.now(UTC))) == []
        assert isinstance(mapped(sale()), Sale)


def test_a_description_alone_is_one_line_whose_taxes_the_product_rules_decide():
    found = mapped(sale())
    (line,) = found.lines
    assert (line.description, line.total, line.taxes, found.prices_include_tax) == ("Venta", D("116.00"), None, True)
    assert (found.reference, found.live, found.sold_at.isoformat()) == ("A-1", True, WHEN)


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ({"unit_price": "100", "taxes": [IVA]}, "116.00"),
        ({"unit_price": "100", "quantity": "3", "discount": "50", "taxes": [IVA]}, "290.00"),
        ({"unit_price": "100", "taxes": []}, "100.00"),
        ({"unit_price": "100", "taxes": [{"type": "IVA", "factor": "Exento"}]}, "100.00"),
        ({"unit_price": "100", "taxes": [IVA, {"type": "IEPS", "rate": "0.08"}]}, "125.28"),
        ({"unit_price": "100", "quantity": "2", "taxes": [CUOTA]}, "212.91"),
        (
            {
                "unit_price": "1000",
                "taxes": [
                    IVA,
                    {"type": "ISR", "rate": "0.0125", "withheld": True},
                    {"type": "IVA", "rate": "0.106667", "withheld": True},
                ],
            },
            "1040.83",
        ),
        ({"unit_price": "33.333333", "quantity": "3", "taxes": [{**IVA, "amount": "16.00"}]}, "116.00"),
        ({"unit_price": "100", "total": "116.01"}, "116.01"),
    ],
)
def test_prices_without_tax_make_the_total_with_their_taxes(line, total):
    lines = [{"description": "a", **line}]
    found = mapped(sale(prices_include_tax=False, description=None, lines=lines, total=total))
    assert found.lines[0].total == found.total == D(total)


def without_description(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in sale(**changes).items() if name != "description"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (without_description(lines=[{"description": "a", "unit_price": "100"}]), "total"),
        (without_description(lines=[{"description": "a", "unit_price": "9", "total": "116"}]), "lines.0.total"),
        (without_description(lines=[{"description": "a", "unit_price": "9", "discount": "10"}]), "lines.0.discount"),
        (
            without_description(lines=[{"description": "a", "unit_price": "116", "taxes": [WITHHELD]}]),
            "lines.0.taxes.0.withheld",
        ),
        (
            without_description(
                prices_include_tax=False,
                lines=[{"description": "a", "unit_price": "100", "taxes": [{**IVA, "amount": "10"}]}],
            ),
            "lines.0.taxes.0.amount",
        ),
        (sale(prices_include_tax=False), "prices_include_tax"),
        (sale(total="0"), "total"),
        (sale(total=True), "total"),
        (sale(total="1e3"), "total"),
        (sale(total="١١٦"), "total"),
        (sale(total="-5"), "total"),
        (sale(extra=1), "extra"),
        (sale(payments=[{"method": "cash", "amount": "1"}]), "payments"),
    ],
)
def test_a_body_that_does_not_fit_says_where(body, field):
    with pytest.raises(DataError) as refused:
        mapped(body)
    assert refused.value.field == field


def test_the_largest_part_decides_how_it_was_paid_and_the_configuration_may_say_otherwise():
    parts = [{"method": "cash", "amount": "16"}, {"method": "bnpl", "amount": "100"}]
    assert mapped(sale(payments=parts)).forma_pago == "31"
    own = RestSource(RestConfig(formas_pago={"bnpl": "03"}))
    assert mapped(sale(payments=parts), source=own).forma_pago == "03"
    assert mapped(sale(payments=parts, forma_pago="99")).forma_pago == "99"
    assert mapped(sale(payments=[{"method": "gift_card", "amount": "116"}])).forma_pago is None
    assert mapped(sale()).forma_pago is None


def test_the_buyers_data_are_tidied_and_not_guessed():
    buyer = {"rfc": "cpu-200101 ab8", "regimen": "601 - General de Ley", "uso_cfdi": "g03", "name": " CLIENTE  "}
    found = mapped(sale(buyer=buyer)).buyer
    assert (found.rfc, found.regimen_fiscal, found.uso_cfdi, found.nombre) == ("CPU200101AB8", "601", "G03", "CLIENTE")
    assert found.codigo_postal is None


def test_a_refund_and_a_payment_name_their_sale():
    back = mapped(refund(kind="cancellation", lines=[{"amount": "16.00"}]), "refund")
    assert isinstance(back, Refund)
    assert (back.sale_id, back.amount, back.kind) == ("A-1", D(16), "cancellation")
    paid = mapped(refund(method="transfer"), "payment")
    assert isinstance(paid, Payment)
    assert paid.forma_pago == "03"
    with pytest.raises(DataError, match="add up to 1"):
        mapped(refund(lines=[{"amount": "1"}]), "refund")
    with pytest.raises(DataError, match="no kind"):
        mapped(refund(), "gift")


CENTS = st.integers(1, 10**9).map(lambda cents: D(cents) / 100)


@given(st.lists(st.tuples(CENTS, st.integers(1, 50), st.booleans()), min_size=1, max_size=8))
def test_lines_in_cents_add_up_exactly_however_they_are_written(rows):
    lines = [
        {"description": "a", "unit_price": price if as_number else str(price), "quantity": quantity}
        for price, quantity, as_number in rows
    ]
    total = sum((price * quantity for price, quantity, _ in rows), D(0))
    found = mapped(without_description(lines=lines, total=total))
    assert found.total == sum((line.total for line in found.lines), D(0)) == total
    assert all(isinstance(line.unit_price, D) for line in found.lines)


@given(st.text(max_size=30) | st.floats() | st.integers() | st.none() | st.lists(st.integers(), max_size=2))
def test_an_amount_is_exact_or_refused(value):
    try:
        found = SOURCE.to_sale({"kind": "sale", "live": False, "body": sale(total=value)})
    except DataError as error:
        place = error.field
    else:
        place = "total"
        assert not isinstance(found, Ignored)
        assert found.total == D(str(value).strip())
        assert found.total.as_tuple().exponent >= -6
    assert place == "total"


@given(st.binary(max_size=60))
def test_any_bytes_are_a_record_or_a_data_error(raw):
    request = RawRequest({"hub-kind": "sale", "hub-live": "false"}, raw, datetime.now(UTC))
    with suppress(DataError):
        assert isinstance(SOURCE.record(request)["body"], dict)
