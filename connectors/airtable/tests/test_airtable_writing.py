import json
from datetime import UTC, datetime

import pytest

from hub.plugin import ConfigError, Outcome, TransientError

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
UUID = "00000000-0000-4000-8000-000000000001"
LINK = "https://facturas.example/f/abc"
COLUMNS = ("cfdi_estado", "cfdi_folio", "cfdi_uuid", "cfdi_error", "cfdi_liga", "cfdi_fecha")


def waiting(sale="PED-1", **changes):
    return Outcome(id=sale, state="waiting", reason="Falta un dato.", portal_url=LINK, at=AT, **changes)


def invoiced(sale="PED-1", **changes):
    return Outcome(id=sale, state="invoiced", serie="A", folio="17", uuid=UUID, at=AT, **changes)


def write(world, *outcomes):
    return world.source.write_back(world.http, outcomes)


def shown(world, key):
    return {name: value for name, value in world.table.rows[key].fields.items() if name in COLUMNS}


def writes(world):
    return [request for request in world.fake.requests if request.method == "PATCH"]


def test_an_invoice_is_written_beside_its_row(world):
    key = world.sell()

    assert write(world, invoiced()) == {}
    assert shown(world, key) == {
        "cfdi_estado": "timbrada",
        "cfdi_folio": "A-17",
        "cfdi_uuid": UUID,
        "cfdi_fecha": "2026-11-20T18:00:00+00:00",
    }


def test_the_request_is_one_that_airtable_documents(world):
    key = world.sell()

    write(world, invoiced())

    (request,) = writes(world)
    assert request.url.path.startswith(f"/v0/{world.fake.base}/")
    body = json.loads(request.content)
    assert body["typecast"] is True
    assert [record["id"] for record in body["records"]] == [key]
    assert body["records"][0]["fields"]["cfdi_uuid"] == UUID


def test_what_is_not_true_any_more_is_emptied(world):
    key = world.sell()
    write(world, waiting())
    assert shown(world, key)["cfdi_liga"] == LINK

    write(world, invoiced())

    assert shown(world, key).keys() == {"cfdi_estado", "cfdi_folio", "cfdi_uuid", "cfdi_fecha"}


def test_every_row_of_a_sale_says_it(world):
    keys = [world.sell(total=total) for total in (1, 2, 3)]

    write(world, invoiced())

    assert [shown(world, key)["cfdi_uuid"] for key in keys] == [UUID] * 3


def test_ten_rows_a_request_and_only_those_that_say_something_else(world):
    for number in range(25):
        world.sell(folio=f"PED-{number}")
    outcomes = [invoiced(f"PED-{number}") for number in range(25)]
    write(world, *outcomes)
    assert len(writes(world)) == 3

    write(world, *outcomes)

    assert len(writes(world)) == 3


def test_a_limit_in_the_middle_does_not_begin_from_nothing(world, monkeypatch):
    for number in range(25):
        world.sell(folio=f"PED-{number}")
    outcomes = [invoiced(f"PED-{number}") for number in range(25)]
    handle, seen = world.fake._rest.handle, []

    def limited(request):
        seen.append(request)
        if request.method == "PATCH" and len(writes(world)) == 3:
            world.fake.fail_next(429)
        return handle(request)

    monkeypatch.setattr(world.fake._rest, "handle", limited)
    with pytest.raises(TransientError):
        write(world, *outcomes)
    world.fake.requests.clear()

    assert write(world, *outcomes) == {}
    assert len(writes(world)) == 1


def test_a_row_whose_folio_was_corrected_is_found_by_its_own_id(world):
    key = world.sell(folio="PED-1")
    world.fake.edit(world.table, key, folio="PED-1b")

    assert write(world, invoiced("PED-1", aliases=(key,))) == {}
    assert shown(world, key)["cfdi_uuid"] == UUID


def test_a_deleted_row_is_refused_alone(world):
    key = world.sell(folio="PED-2")

    assert write(world, invoiced("PED-1"), invoiced("PED-2")) == {"PED-1": "no row has this id any more"}
    assert shown(world, key)["cfdi_uuid"] == UUID


def test_numbers_as_folios_are_found(world):
    world.table.types["folio"] = "number"
    key = world.sell(folio=1001)
    (sale,) = world.pulled()

    assert sale.id == "1001"
    write(world, invoiced("1001"))
    assert shown(world, key)["cfdi_uuid"] == UUID


def test_columns_of_another_name_and_only_those_that_are_there(world):
    for name in COLUMNS:
        del world.table.types[name]
    world.table.types["Mi estatus"] = "singleSelect"
    world.use(written_columns={"estado": "Mi estatus"})
    key = world.sell()

    write(world, invoiced())

    assert world.table.rows[key].fields["Mi estatus"] == "timbrada"


def test_check_names_the_columns_or_says_which_to_add(world):
    assert "cfdi_estado" in world.source.check_write_back(world.http)
    for name in COLUMNS:
        del world.table.types[name]

    with pytest.raises(ConfigError, match="no column to write to; add one or more of: cfdi_estado"):
        world.source.check_write_back(world.http)


def test_a_computed_column_or_one_that_is_read_cannot_be_written(world):
    world.table.types["cfdi_estado"] = "formula"
    with pytest.raises(ConfigError, match="'cfdi_estado' cannot be written"):
        world.source.check_write_back(world.http)

    world.use(written_columns={"estado": "estado"})
    with pytest.raises(ConfigError, match="'estado' cannot be written"):
        world.source.check_write_back(world.http)


def test_check_finds_an_owner_who_may_only_read(world):
    world.fake.permission = "read"

    with pytest.raises(ConfigError, match="permission: read"):
        world.source.check_write_back(world.http)


def test_a_missing_scope_is_a_persons_matter(world):
    world.sell()
    world.fake.forbid("data.records:write")

    with pytest.raises(ConfigError, match="HTTP 403") as caught:
        write(world, invoiced())
    assert "data.records:write" in caught.value.hint


def test_writing_is_no_change_of_the_sale(world):
    world.sell()
    (before,) = world.pulled()
    write(world, waiting())
    (after,) = world.pulled()

    assert before == after
