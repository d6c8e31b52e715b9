import json
from datetime import UTC, datetime

import pytest

from connectors.sheets.tests.conftest import TOKEN
from hub.plugin import ConfigError, DataError, Ignored, Outcome, RawRequest, SignatureError, TransientError

AT = datetime(2026, 11, 20, 18, tzinfo=UTC)
UUID = "00000000-0000-4000-8000-000000000001"


def waiting(sale="PED-1", **changes):
    given = {"reason": "Falta un dato.", "portal_url": "https://facturas.example/f/abc", **changes}
    return Outcome(id=sale, state="waiting", at=AT, **given)


def invoiced(sale="PED-1", **changes):
    return Outcome(id=sale, state="invoiced", serie="A", folio="17", **{"uuid": UUID, "at": AT, **changes})


def write(world, *outcomes):
    return world.source.write_back(world.http, outcomes)


def test_an_invoice_is_written_beside_its_row_and_its_link_goes(world):
    world.sell()
    assert write(world, waiting()) == {}
    assert world.cell(1, "cfdi_estado") == "pendiente"
    assert world.cell(1, "cfdi_liga") == "https://facturas.example/f/abc"

    write(world, invoiced())

    shown = [world.cell(1, name) for name in ("cfdi_estado", "cfdi_folio", "cfdi_uuid", "cfdi_liga", "cfdi_error")]
    assert shown == ["timbrada", "A-17", UUID, "", ""]
    assert world.cell(1, "cfdi_fecha") == "2026-11-20 12:00"


def test_the_request_is_one_that_google_documents(world):
    world.sell()

    write(world, invoiced())

    (request,) = [one for one in world.fake.requests if one.url.path.endswith(":batchUpdate")]
    body = json.loads(request.content)
    assert body["valueInputOption"] == "RAW"
    assert {"range": "'Ventas'!I2", "values": [[UUID]]} in body["data"]


def test_nothing_is_written_that_stands_there_already(world):
    world.sell()
    write(world, invoiced())
    world.fake.requests.clear()

    write(world, invoiced(at=AT.replace(hour=20)))

    assert {request.method for request in world.fake.requests} == {"GET"}


def test_what_looks_like_a_formula_stays_text(world):
    world.sell()

    write(world, waiting(reason="=HYPERLINK(1)"))

    assert world.cell(1, "cfdi_error") == "=HYPERLINK(1)"


def test_rows_that_were_sorted_between_look_and_writing_get_their_own(world):
    for number in range(1, 5):
        world.sell(f"PED-{number}")
    write(world, invoiced("PED-4", uuid="four"))
    turns = iter([True])

    def sorting():
        if next(turns, False):
            world.tab.cells[1:] = world.tab.cells[:0:-1]

    world.fake.before_write = sorting
    assert write(world, invoiced("PED-1", uuid="one"), waiting("PED-2")) == {}

    shown = {row[0]: world.cell(place, "cfdi_uuid") for place, row in enumerate(world.tab.cells) if place}
    assert shown == {"PED-1": "one", "PED-2": "", "PED-3": "", "PED-4": "four"}
    assert [world.cell(place, "cfdi_estado") for place in (4, 3, 2)] == ["timbrada", "pendiente", ""]


def test_rows_that_never_stand_still_are_left_for_later(world):
    world.sell("PED-1")
    world.sell("PED-2")
    world.fake.before_write = lambda: world.tab.cells.insert(1, world.tab.cells.pop())

    with pytest.raises(TransientError, match="faster than"):
        write(world, invoiced())


def test_every_row_of_a_sale_says_it_and_a_deleted_one_is_refused_alone(world):
    world.sell(total=1)
    world.sell("PED-2")
    world.sell(total=2)

    assert write(world, invoiced(), invoiced("PED-9")) == {"PED-9": "no row has this id any more"}
    assert [world.cell(row, "cfdi_uuid") for row in (1, 2, 3)] == [UUID, "", UUID]


def test_numbers_as_folios_are_found(world):
    world.sell(1001)

    assert write(world, invoiced("1001")) == {}
    assert world.cell(1, "cfdi_uuid") == UUID


def test_columns_of_another_name(world):
    world.tab.cells[0] = ["folio", "fecha", "total", "Mi estatus"]
    world.tab.cells.append(["PED-1", "2026-11-20", 5])
    world.use(written_columns={"estado": "mi ESTATUS"})

    write(world, invoiced())

    assert world.cell(1, "Mi estatus") == "timbrada"


def test_check_says_what_is_missing(world):
    assert "cfdi_estado" in world.source.check_write_back(world.http)
    world.fake.role = "reader"
    with pytest.raises(ConfigError, match="PERMISSION_DENIED") as caught:
        world.source.check_write_back(world.http)
    assert "Editor" in caught.value.hint
    world.tab.cells[0] = ["folio", "fecha", "total"]
    with pytest.raises(ConfigError, match="no column to write to"):
        world.source.check_write_back(world.http)
    world.use(written_columns={"estado": "total"})
    with pytest.raises(ConfigError, match="'total' is read and cannot be written"):
        world.source.check_write_back(world.http)
    world.tab.cells[0] = ["folio", "fecha", "total", "cfdi_uuid", "uuid"]
    world.use()
    with pytest.raises(ConfigError, match="'cfdi_uuid' and 'uuid' could both take the uuid"):
        world.source.check_write_back(world.http)


def push(world, number=10, state="update", token=TOKEN, body=b""):
    return RawRequest(world.fake.push(token, number, state), body, world.fake.clock())


def test_a_notification_of_drive_has_the_sheet_read(world):
    world.sell()
    request = push(world)
    world.source.verify(request)

    (identifier,) = world.source.changed(request)
    assert [record["id"] for record in world.source.read(world.http, identifier)] == ["PED-1"]
    assert world.source.delivery_key(request) == "hub-channel-1:10"


def test_the_opening_of_a_channel_is_ignored(world):
    assert isinstance(world.source.changed(push(world, state="sync")), Ignored)


def test_another_token_a_body_or_no_token_at_all_is_refused(world):
    for request in (push(world, token="another"), push(world, body=b"{}")):
        with pytest.raises(SignatureError):
            world.source.verify(request)
    world.use(channel_token=None)
    with pytest.raises(SignatureError):
        world.source.verify(push(world))
    world.use(channel_token="new-token-value", channel_tokens=[TOKEN])
    world.source.verify(push(world))


def test_a_notification_without_a_number_has_no_key(world):
    with pytest.raises(DataError):
        world.source.delivery_key(RawRequest({"x-goog-channel-id": "a"}, b"", world.fake.clock()))
