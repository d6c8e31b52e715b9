from datetime import timedelta
from decimal import Decimal

import pytest

from connectors.airtable import reading
from connectors.airtable.tests.conftest import BEGINNING
from hub.plugin import ConfigError, DataError, Ignored, Sale, TransientError


def test_every_sale_comes_once_over_several_pages(world, clock):
    for number in range(230):
        world.sell(folio=f"PED-{number}")
        clock.passes(seconds=1)

    pages = list(world.source.pages(world.http, BEGINNING))

    assert len(pages) == 3
    assert len({record["id"] for page in pages for record in page.records}) == 230
    assert [page.complete_until for page in pages] == sorted(page.complete_until for page in pages)


def test_rows_of_one_folio_are_one_sale_although_only_one_of_them_changed(world, clock):
    for total in (1044, 313.2, 116):
        world.sell(folio="PED-1002", total=total)
    since = clock.passes(hours=1)
    row = list(world.table.rows)[1]
    world.fake.edit(world.table, row, total=300)

    (sale,) = world.pulled(since)

    assert sale.total == Decimal(1460)
    assert len(sale.lines) == 3
    assert sale.updated_at == since


def test_sales_of_several_pages_are_whole_and_come_once(world, clock, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SIZE", 2)
    for number in range(6):
        world.sell(folio=f"PED-{number % 3}", total=100 + number)
        clock.passes(seconds=1)

    sales = world.pulled()

    assert sorted((sale.id, int(sale.total)) for sale in sales) == [("PED-0", 203), ("PED-1", 205), ("PED-2", 207)]


def test_a_row_pasted_twice_is_one_line_unless_the_operator_says_otherwise(world):
    world.sell()
    world.sell()
    (once,) = world.pulled()
    world.use(repeated_rows="lines")
    (twice,) = world.pulled()

    assert (once.total, twice.total) == (1160, 2320)


def test_rows_that_differ_in_a_column_of_no_field_are_two_lines(world):
    world.sell(cliente="talla M")
    world.sell(cliente="talla G")
    world.fake.edit(world.table, world.sell(cliente="talla G"), cfdi_estado="timbrada")

    assert [sale.total for sale in world.pulled()] == [2320]


def test_one_row_a_sale_refuses_the_same_folio_with_other_content(world):
    world.use(rows_per_sale="one")
    world.sell()
    world.sell(total=500)

    (refused,) = world.pulled()

    assert isinstance(refused, DataError)
    assert "PED-1 stands in more than one row" in str(refused)


def test_without_a_folio_column_each_row_is_a_sale(world):
    del world.table.types["folio"]
    row = {"fecha": "2026-11-20", "total": 100, "lista_para_facturar": True}
    keys = {world.fake.add(world.table, row), world.fake.add(world.table, row)}

    assert {sale.id for sale in world.pulled()} == keys


def test_a_corrected_folio_is_still_the_same_money(world):
    key = world.sell(folio="PED-11")
    (before,) = world.pulled()
    world.fake.edit(world.table, key, folio="PED-12")
    (after,) = world.pulled()

    assert before.aliases == after.aliases == (key,)


def test_rows_of_several_have_no_alias_because_one_may_move_to_another_sale(world):
    world.sell()
    world.sell(total=5)

    assert world.pulled()[0].aliases == ()


def test_reading_twice_gives_the_same_records(world):
    world.sell()

    assert world.records() == world.records()


def test_a_last_modified_column_is_not_needed(world, clock):
    del world.table.types["ultima_modificacion"]
    world.sell(folio="PED-1")
    since = clock.passes(hours=1)
    world.sell(folio="PED-2")

    pages = list(world.source.pages(world.http, since))

    assert [record["id"] for page in pages for record in page.records] == ["PED-2"]
    assert pages[-1].complete_until == since - timedelta(minutes=1)


def test_what_the_hub_writes_is_no_change_where_no_column_tells_of_changes(world, clock):
    del world.table.types["ultima_modificacion"]
    key = world.sell()
    since = clock.passes(hours=1)
    world.fake.edit(world.table, key, cfdi_estado="timbrada")

    assert world.pulled(since) == []


def test_a_filter_leaves_rows_alone_that_are_not_ready(world):
    world.sell(lista_para_facturar=None)

    assert world.pulled() == []


def test_a_deleted_row_cancels_nothing(world, clock):
    key = world.sell()
    since = clock.passes(hours=1)
    world.fake.delete(world.table, key)

    assert world.pulled(since) == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"error": "#ERROR!"}, "the cell says #ERROR!"),
        ({"specialValue": "NaN"}, "the cell says NaN"),
        ("#REF!", "the cell says #REF!"),
        ([1, 2], "holds 2 values"),
        ("mil", "'mil' is not a number"),
        (None, "the cell is empty"),
    ],
)
def test_a_cell_without_a_value_sets_aside_its_sale_and_no_other(world, value, why):
    world.sell(folio="PED-1", total=value)
    world.sell(folio="PED-2")

    wrong, good = sorted(world.pulled(), key=lambda found: isinstance(found, Sale))

    assert str(wrong).startswith("PED-1, column total:")
    assert why in str(wrong)
    assert wrong.field == "total"
    assert good.id == "PED-2"


@pytest.mark.parametrize(("value", "total"), [(43.2, "43.2"), ("$ 1,160.00", "1160"), ([99.9], "99.9"), (1e3, "1000")])
def test_amounts_are_exact_however_the_cell_gives_them(world, value, total):
    world.sell(total=value)

    assert world.pulled()[0].total == Decimal(total)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-20", "2026-11-20T12:00:00-06:00"),
        ("2026-11-20T17:52:31.000Z", "2026-11-20T17:52:31+00:00"),
        ("20/11/2026 11:52", "2026-11-20T11:52:00-06:00"),
    ],
)
def test_dates_of_date_fields_and_of_text(world, value, moment):
    world.sell(fecha=value)

    assert world.pulled()[0].sold_at.isoformat() == moment


def test_a_row_without_folio_is_set_aside_by_its_words(world):
    world.sell(folio=None, descripcion="Playera")

    (refused,) = world.pulled()

    assert "Playera" in str(refused)
    assert "has no id" in str(refused)


def test_a_quote_in_a_folio_asks_for_that_folio(world, clock):
    world.sell(folio="D'Angelo \\ {1}")
    world.sell(folio="D'Angelo \\ {1}", total=1)

    assert [sale.total for sale in world.pulled()] == [1161]


def test_a_listing_that_took_too_long_begins_again(world, clock, monkeypatch):
    monkeypatch.setattr(reading, "PAGE_SIZE", 1)
    for number in range(3):
        world.sell(folio=f"PED-{number}")
        clock.passes(minutes=1)
    pages = world.source.pages(world.http, BEGINNING)
    first = next(pages)
    world.fake.expire_offsets()

    with pytest.raises(TransientError, match="begins again") as caught:
        list(pages)

    assert caught.value.retry_after_s == 1
    rest = world.pulled(first.complete_until)
    assert {"PED-0", "PED-1", "PED-2"} == {first.records[0]["id"], *(sale.id for sale in rest)}


def test_haste_is_answered_with_half_a_minute_of_rest(world, clock):
    world.fake.per_second = 1

    with pytest.raises(TransientError, match="RATE_LIMIT_REACHED") as caught:
        world.pulled()
    assert caught.value.retry_after_s == 30

    clock.passes(seconds=31)
    world.fake.per_second = 5
    assert world.pulled() == []


def test_a_spent_month_is_a_persons_matter(world):
    world.fake.fail_next(429, {"errors": [{"error": "PUBLIC_API_BILLING_LIMIT_EXCEEDED", "message": "..."}]})

    with pytest.raises(ConfigError, match="BILLING"):
        world.pulled()


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_a_refusal_is_never_an_empty_table(world, status):
    world.fake.fail_next(status, {"error": {"type": "SOME_REASON", "message": "Ana Pérez, secreto"}})

    with pytest.raises(ConfigError, match=f"HTTP {status} SOME_REASON") as caught:
        world.pulled()
    assert caught.value.hint
    assert "secreto" not in str(caught.value)


def test_check_tells_how_the_table_is_read(world):
    said = world.source.check(world.http)

    assert "column 'folio' names the sale" in said
    assert "'ultima_modificacion' tells of changes" in said


def test_check_names_what_is_missing_ambiguous_or_gone(world):
    del world.table.types["total"]
    with pytest.raises(ConfigError, match="no column for total"):
        world.source.check(world.http)
    world.table.types |= {"total": "currency", "Fecha de venta": "date"}
    with pytest.raises(ConfigError, match="'fecha' and 'Fecha de venta' could both be sold_at"):
        world.source.check(world.http)
    world.use(columns={"sold_at": "fecha"}, table="Compras")
    with pytest.raises(ConfigError, match="no table 'Compras'") as caught:
        world.source.check(world.http)
    assert "Ventas" in caught.value.hint


def test_check_names_two_columns_that_could_tell_of_changes(world):
    world.table.types["otra"] = "lastModifiedTime"
    with pytest.raises(ConfigError, match="'ultima_modificacion', 'otra'"):
        world.source.check(world.http)

    world.use(modified_column="otra")
    assert "'otra' tells of changes" in world.source.check(world.http)
    world.use(modified_column="nada")
    with pytest.raises(ConfigError, match="no column 'nada'"):
        world.source.check(world.http)


@pytest.mark.parametrize("scope", ["schema.bases:read", "data.records:read", "webhook:manage"])
def test_check_finds_each_missing_scope(world, scope):
    world.fake.forbid(scope)

    with pytest.raises(ConfigError, match="HTTP 403") as caught:
        world.source.check(world.http)
    assert scope in caught.value.hint


def test_a_wrong_formula_is_told_as_one(world):
    world.use(filter="{no hay}")

    with pytest.raises(ConfigError, match="INVALID_FILTER_BY_FORMULA"):
        world.pulled()


def test_a_long_list_of_folios_goes_by_post(world):
    for number in range(90):
        world.sell(folio=f"{'Ñ' * 60}-{number}")

    assert len(world.pulled()) == 90
    assert any(request.method == "POST" for request in world.fake.requests)


def test_a_status_that_is_not_paid_waits(world):
    world.sell(estado="apartado")

    (waiting,) = world.pulled()
    assert isinstance(waiting, Ignored)


def test_the_words_for_a_form_of_payment_are_the_operators_to_name(world):
    world.sell(forma_pago="Mercado Pago")
    (refused,) = world.pulled()
    world.use(formas_pago={"mercado pago": "31"})
    (sale,) = world.pulled()

    assert "formas_pago" in str(refused)
    assert sale.forma_pago == "31"
