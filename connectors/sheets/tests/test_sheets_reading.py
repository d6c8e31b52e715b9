from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sheets.sheet import cell_of, letters
from connectors.sheets.testing import Day
from hub.plugin import ConfigError, DataError, Ignored, TransientError, rows


def test_dates_are_of_the_spreadsheets_own_time_zone(world):
    world.fake.timezone = "America/Tijuana"
    world.sell(fecha=Day(datetime(2026, 11, 20, 11, 52)))

    assert world.pulled()[0].sold_at.isoformat() == "2026-11-20T11:52:00-08:00"

    world.use(timezone="America/Cancun")
    assert world.pulled()[0].sold_at.isoformat() == "2026-11-20T11:52:00-05:00"


def test_a_zone_that_nobody_knows_is_that_of_mexico_city(world):
    world.fake.timezone = "Mars/Olympus"
    world.sell()

    assert world.pulled()[0].sold_at.isoformat() == "2026-11-20T11:52:00-06:00"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (Day(datetime(2026, 11, 20)), "2026-11-20T12:00:00-06:00"),
        (Day(datetime(2026, 11, 20, 23, 59, 59)), "2026-11-20T23:59:59-06:00"),
        (Decimal("46346.49444444"), "2026-11-20T11:52:00-06:00"),
        ("20/11/2026 11:52", "2026-11-20T11:52:00-06:00"),
        ("20-nov-2026", "2026-11-20T12:00:00-06:00"),
        ("2026-11-20T17:52:00Z", "2026-11-20T17:52:00+00:00"),
    ],
)
def test_dates_as_numbers_and_as_text(world, value, moment):
    world.sell(fecha=value)

    assert world.pulled()[0].sold_at.isoformat() == moment


@pytest.mark.parametrize(
    ("value", "total"),
    [
        (Decimal("313.20000000000005"), "313.2"),
        ("$1,160.00", "1160"),
        ("1.160,50", "1160.5"),
        ("MXN 99.90", "99.9"),
        (1160, "1160"),
    ],
)
def test_amounts_are_exact_however_the_cell_holds_them(world, value, total):
    world.sell(total=value)

    assert world.pulled()[0].total == Decimal(total)


@pytest.mark.parametrize(
    "error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#ERROR!", "#NAME?", "#NUM!", "#NULL!", "#¡REF!", "Loading..."]
)
def test_a_formulas_error_sets_aside_its_sale_and_no_other(world, error):
    world.sell("PED-1", total=error)
    world.sell("PED-2")

    wrong, good = world.pulled()

    assert isinstance(wrong, DataError)
    assert str(wrong) == f"PED-1, column total: the cell says {error}; mend its formula"
    assert good.id == "PED-2"


def test_where_a_row_stands_is_no_part_of_its_record(world):
    world.sell("PED-1")
    world.sell("PED-2", total="mil")
    before = world.records()
    world.tab.cells[1:] = [["", ""], *reversed(world.tab.cells[1:])]

    assert sorted(world.records(), key=str) == sorted(before, key=str)


def test_what_the_hub_writes_and_columns_of_no_field_are_no_part_of_a_record(world):
    world.sell(cliente="Ana Pérez", cfdi_uuid="x")

    (record,) = world.records()

    assert record["rows"] == [{"cells": {"folio": "PED-1", "fecha": "2026-11-20 11:52", "total": "1160"}}]


def test_rows_of_one_folio_are_one_sale_wherever_they_stand(world):
    world.sell("PED-1", total=100)
    world.sell("PED-2")
    world.sell("PED-1", total=50, descripcion="Envío")

    assert [(sale.id, sale.total) for sale in world.pulled()] == [("PED-1", 150), ("PED-2", 1160)]


def test_a_row_pasted_twice_counts_once_unless_the_operator_says_otherwise(world):
    world.sell()
    world.sell()
    assert [sale.total for sale in world.pulled()] == [1160]

    world.use(repeated_rows="lines")
    assert [sale.total for sale in world.pulled()] == [2320]

    world.sell(total=1)
    world.use(rows_per_sale="one")
    (refused,) = world.pulled()
    assert "more than one row" in str(refused)


def test_rows_that_differ_in_a_column_of_no_field_are_two_lines(world):
    world.sell(cliente="talla M")
    world.sell(cliente="talla G")
    world.sell(cliente="talla G", cfdi_uuid="x")

    assert [sale.total for sale in world.pulled()] == [2320]


def test_only_a_cell_that_is_read_may_not_be_endless(world):
    world.sell("PED-1", cliente="x" * 6000)
    world.sell("PED-2", descripcion="x" * 6000)

    good, refused = world.pulled()

    assert good.id == "PED-1"
    assert "more than 5000 characters" in str(refused)


def test_a_row_without_folio_is_set_aside_by_its_words(world):
    world.sell("", descripcion="Playera")

    (refused,) = world.pulled()

    assert "Playera" in str(refused)
    assert "has no id" in str(refused)


def test_a_sheet_of_another_name_and_a_title_above_the_header(world):
    cells = world.tab.cells
    world.fake.tab("Ana's", ["Reporte"], [], *cells).columns = 30
    world.use(sheet="Ana's", header_row=3)

    assert world.pulled() == []
    assert world.source.check(world.http).startswith("sheet Ana's: 0 sales")


def test_a_missing_sheet_is_told_with_those_that_are_there(world):
    world.use(sheet="Compras")

    with pytest.raises(ConfigError, match="no sheet 'Compras'") as caught:
        world.source.check(world.http)
    assert "Ventas" in caught.value.hint


def test_check_names_missing_and_ambiguous_columns(world):
    world.tab.cells[0][4] = "Monto"
    with pytest.raises(ConfigError, match="no column for total") as caught:
        world.source.check(world.http)
    assert "header in row 1" in str(caught.value)
    world.tab.cells[0][4:6] = ["Total", "Importe total"]
    with pytest.raises(ConfigError, match="'Total' and 'Importe total' could both be total"):
        world.source.check(world.http)

    world.use(columns={"total": "importe TOTAL"})
    assert "0 sales" in world.source.check(world.http)


def test_an_empty_sheet_and_one_that_is_too_long(world):
    world.tab.cells = []
    with pytest.raises(ConfigError, match="all cells are empty"):
        world.records()
    world.tab.cells = [["folio", "fecha", "total"], *[["PED", "2026-11-20", 1]] * 3]
    world.use(max_rows=2)
    with pytest.raises(ConfigError, match="more than 2 rows"):
        world.records()
    world.use(header_row=2000)
    with pytest.raises(ConfigError, match="1000 rows"):
        world.records()


def test_the_quota_of_a_minute_is_waited_for(world):
    world.fake.reads_per_minute = 1

    with pytest.raises(TransientError, match="RESOURCE_EXHAUSTED") as caught:
        world.records()
    assert caught.value.retry_after_s == 60


def test_a_whole_poll_is_two_reads(world):
    world.sell()
    world.records()

    assert [request.method for request in world.fake.requests if request.url.path != "/token"] == ["GET", "GET"]


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (403, {"status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]}, "switch the Google Sheets"),
        (403, {"status": "PERMISSION_DENIED"}, "client_email"),
        (404, {"status": "NOT_FOUND"}, "between /d/ and /edit"),
        (400, {"status": "INVALID_ARGUMENT"}, "header_row"),
    ],
)
def test_a_refusal_says_what_to_do(world, status, body, hint):
    world.fake.fail_next(status, {"error": {"code": status, "message": "Ana Pérez, secreto", **body}})

    with pytest.raises(ConfigError, match=f"HTTP {status} {body['status']}") as caught:
        world.records()
    assert hint in caught.value.hint
    assert "secreto" not in str(caught.value)


def test_a_status_that_is_not_paid_waits(world):
    world.sell(estado="apartado")

    assert isinstance(world.pulled()[0], Ignored)


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA")])
def test_columns_have_letters(number, name):
    assert letters(number) == name


@given(st.integers(0, 10**11).map(lambda cents: Decimal(cents).scaleb(-2)))
@settings(suppress_health_check=[HealthCheck.differing_executors])
def test_every_amount_survives_the_binary_fraction_of_a_spreadsheet(amount):
    as_google_sends_it = Decimal(repr(float(amount)))

    assert Decimal(str(cell_of(as_google_sends_it))) == amount


@given(st.text())
def test_every_text_is_a_cell(text):
    cell = cell_of(text)

    assert cell == text.strip() or cell in ({"error": text}, {"error": text.strip()})


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
def test_numbers_are_written_without_exponent(number):
    assert "E" not in rows.number_cell(number)


def test_the_words_for_a_form_of_payment_are_the_operators_to_name(world):
    world.sell(forma_pago="Mercado Pago")
    (refused,) = world.pulled()
    world.use(formas_pago={"mercado pago": "31"})
    (sale,) = world.pulled()

    assert "formas_pago" in str(refused)
    assert sale.forma_pago == "31"
