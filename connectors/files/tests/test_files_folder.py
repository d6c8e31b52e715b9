import os
import sys
import time
import zipfile
from datetime import UTC, datetime

import pytest

from connectors.files import folder as module
from connectors.files import source as source_module
from connectors.files import xlsx_file
from hub.plugin import ConfigError, DataError, HubError

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SALE = "folio,fecha,total\nA-1,2026-11-14,116\n"


def test_a_file_leaves_processing_only_after_its_page_is_taken(desk):
    desk.drop("ventas.csv", SALE)
    (page,) = desk.source.pages(desk.http, LONG_AGO)
    assert desk.files() == {"processing/ventas.csv"}

    page.committed()
    assert desk.files() == {"done/ventas.csv"}


def test_whoever_only_looks_leaves_everything_where_it_is(desk):
    desk.drop("ventas.csv", SALE)
    desk.drop("hoja.csv.part", SALE)
    (looked,) = [page.records for page in desk.source.look(desk.http, LONG_AGO)]
    assert sorted(path.name for path in desk.folder.rglob("*")) == ["hoja.csv.part", "ventas.csv"]

    assert desk.records() == looked
    assert [page.records for page in desk.source.look(desk.http, LONG_AGO)] == []


def test_whoever_only_looks_sees_what_a_crash_left_behind_and_not_what_is_still_written(desk):
    desk.drop("ventas.csv", SALE)
    desk.source.pages(desk.http, LONG_AGO).__next__()
    desk.configure(settle_s=60)
    desk.drop("nuevo.csv", SALE)

    (looked,) = [page.records for page in desk.source.look(desk.http, LONG_AGO)]
    assert looked[0]["file"] == "ventas.csv"
    assert desk.files() == {"processing/ventas.csv", "nuevo.csv"}


def test_a_look_at_a_folder_that_is_not_there_is_an_error(desk):
    desk.configure(folder=desk.folder / "elsewhere")
    with pytest.raises(ConfigError, match="is not a folder"):
        list(desk.source.look(desk.http, LONG_AGO))


def test_a_crash_between_page_and_move_reads_the_same_records_again(desk):
    desk.drop("ventas.csv", SALE)
    pages = desk.source.pages(desk.http, LONG_AGO)
    first = next(pages).records
    pages.close()
    assert desk.files() == {"processing/ventas.csv"}

    assert desk.records() == first
    assert desk.files() == {"done/ventas.csv"}


def test_a_large_file_comes_in_pages_and_moves_after_the_last(desk, monkeypatch):
    monkeypatch.setattr(source_module, "RECORDS_PER_PAGE", 10)
    desk.drop("ventas.csv", "folio,fecha,total\n" + "".join(f"A-{n},2026-11-14,116\n" for n in range(25)))
    first, second, last = desk.source.pages(desk.http, LONG_AGO)

    assert [len(page.records) for page in (first, second, last)] == [10, 10, 5]
    assert (first.committed, second.committed) == (None, None)
    assert desk.files() == {"processing/ventas.csv"}
    last.committed()
    assert desk.files() == {"done/ventas.csv"}


def test_files_still_being_written_and_temporary_names_stay(desk, monkeypatch):
    for name in ("a.csv.part", "b.tmp", "c.csv~", "~$book.xlsx", ".hidden.csv", "d.csv.filepart"):
        desk.drop(name, SALE)
    desk.configure(settle_s=5)
    desk.drop("ventas.csv", SALE)
    assert desk.records() == []

    later = time.time() + 6
    monkeypatch.setattr(module.time, "time", lambda: later)

    assert len(desk.records()) == 1
    assert len(desk.files()) == 7


def test_a_copy_that_keeps_an_old_date_is_new_all_the_same(desk):
    path = desk.drop("ventas.csv", SALE)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    desk.configure(settle_s=5)

    assert desk.records() == []


def test_a_second_read_comes_in_the_order_of_the_first(desk):
    for name, modified in (("a.csv", 1_700_000_000), ("b.csv", 1_600_000_000)):
        os.utime(desk.drop(name, SALE.replace("A-1", name)), (modified, modified))

    first, second = ([r for page in desk.source.pages(desk.http, LONG_AGO) for r in page.records] for _ in range(2))

    assert [record["id"] for record in first] == ["b.csv", "a.csv"]
    assert second == first


def test_a_second_file_of_the_same_name_does_not_replace_the_first(desk):
    for number in (1, 2, 3):
        desk.drop("ventas.csv", SALE.replace("A-1", f"A-{number}"))
        desk.records()

    assert desk.files() == {"done/ventas.csv", "done/ventas.2.csv", "done/ventas.3.csv"}
    assert desk.result("done/ventas.3.csv")[0]["message"] == "A-3"


def test_check_tells_what_waits(desk):
    desk.drop("ventas.csv", SALE)

    assert desk.source.check(desk.http).endswith("is writable, 1 files are waiting")
    assert desk.files() == {"ventas.csv"}


def test_a_missing_folder_is_a_config_error(desk):
    desk.configure(folder=desk.folder / "nowhere")

    for call in (lambda: desk.source.check(desk.http), desk.records):
        with pytest.raises(ConfigError, match="is not a folder"):
            call()


def test_a_folder_that_cannot_be_written_is_a_config_error(desk):
    desk.drop("processing", "a file where the folder should be")

    with pytest.raises(ConfigError, match="not writable"):
        desk.source.check(desk.http)


@pytest.mark.parametrize("name", ["ventas.xls", "ventas.xlsb"])
def test_old_excel_is_refused_with_words(desk, name):
    desk.drop(name, b"\xd0\xcf\x11\xe0")
    (refused,) = desk.movements()

    assert "save it as .xlsx or .csv" in str(refused)
    assert desk.files() == {f"errors/{name}"}


def test_a_workbook_with_a_password_is_refused_with_words(desk):
    desk.drop("ventas.xlsx", b"\xd0\xcf\x11\xe0" + bytes(512))
    (refused,) = desk.movements()

    assert "password" in str(refused)


def test_a_zip_bomb_is_not_unpacked(desk, monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED", 1_000_000)
    with zipfile.ZipFile(desk.folder / "ventas.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(2_000_000))
    (refused,) = desk.movements()

    assert "unpacks to" in str(refused)


def test_a_zip_that_is_no_workbook_is_refused(desk):
    with zipfile.ZipFile(desk.folder / "ventas.xlsx", "w") as archive:
        archive.writestr("hola.txt", "hola")
    (refused,) = desk.movements()

    assert isinstance(refused, DataError)


def test_a_missing_sheet_names_those_that_there_are(desk):
    desk.configure(sheet="Enero")
    desk.bring("book.xlsx")
    (refused,) = desk.movements()

    assert "Ventas, Notas" in str(refused)


def test_without_openpyxl_workbooks_wait_in_processing(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    desk.bring("book.xlsx")

    with pytest.raises(HubError, match="openpyxl") as caught:
        desk.records()
    assert isinstance(caught.value, ConfigError)
    assert desk.files() == {"processing/book.xlsx"}


def test_two_broken_files_of_the_same_name_are_two_records(desk):
    records = []
    for broken in ("fecha\n1\n", "fecha\n2\n"):
        desk.drop("ventas.csv", broken)
        records += desk.records()

    assert records[0]["problem"] == records[1]["problem"]
    assert records[0] != records[1]


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row",
        b"\x00\x01",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 9))
        + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        + b'<c r="A1" t="str"><v>&i;</v></c></row></sheetData></worksheet>',
    ],
    ids=["cut off", "not XML", "entities that multiply"],
)
def test_a_damaged_workbook_stops_itself_only(desk, sheet):
    whole = desk.bring("book.xlsx")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(desk.folder / "rota.xlsx", "w") as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    whole.unlink()
    desk.drop("ventas.csv", SALE)

    broken = [found for found in desk.movements() if isinstance(found, DataError)]

    assert len(broken) == 1
    assert desk.files() == {"errors/rota.xlsx", "done/ventas.csv"}
