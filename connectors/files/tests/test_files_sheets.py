"""Workbooks of several sheets: what has the header is read, what has not is named."""

import pytest
from openpyxl import Workbook

from hub.plugin import DataError, Sale

HEADER = ["Folio", "Fecha", "Total"]
JANUARY = [HEADER, ["E-1", "15/01/2026", 10], ["E-2", "16/01/2026", 20]]
FEBRUARY = [HEADER, ["F-1", "15/02/2026", 30]]
TOTALS = [["Mes", "Ventas"], ["Enero", 30], ["Febrero", 30]]


@pytest.fixture
def book(desk):
    def saved(hidden=(), **sheets):
        book = Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            sheet.sheet_state = "hidden" if name in hidden else "visible"
            for row in rows:
                sheet.append(row)
        book.save(desk.folder / "ventas.xlsx")

    return saved


def outcomes(desk, place):
    return [(row["sheet"], row["row"], row["status"]) for row in desk.result(f"{place}/ventas.xlsx")]


def test_every_sheet_with_the_header_is_read_and_the_others_are_named(desk, book):
    book(Enero=JANUARY, Resumen=TOTALS, Febrero=FEBRUARY)

    assert [sale.id for sale in desk.movements()] == ["E-1", "E-2", "F-1"]
    assert outcomes(desk, "done") == [
        ("Enero", "2", "accepted"),
        ("Enero", "3", "accepted"),
        ("Febrero", "2", "accepted"),
        ("Resumen", "0", "skipped"),
    ]
    assert "no column for id" in desk.result("done/ventas.xlsx")[3]["message"]


def test_only_the_named_sheets_are_read(desk, book):
    book(Enero=JANUARY, Febrero=FEBRUARY, Marzo=[HEADER, ["M-1", "15/03/2026", 40]])
    desk.configure(sheet=["Febrero", "Marzo"])

    assert [sale.id for sale in desk.movements()] == ["F-1", "M-1"]


def test_a_hidden_sheet_is_left_out_until_it_is_named(desk, book):
    book(hidden={"Enero"}, Enero=JANUARY, Febrero=FEBRUARY)
    assert [sale.id for sale in desk.movements()] == ["F-1"]
    assert outcomes(desk, "done") == [("Febrero", "2", "accepted"), ("Enero", "0", "skipped")]

    desk.configure(sheet="Enero")
    book(hidden={"Enero"}, Enero=JANUARY, Febrero=FEBRUARY)
    assert [sale.id for sale in desk.movements()] == ["E-1", "E-2"]


def test_a_sheet_whose_header_nearly_fits_is_an_error_and_no_sheet_of_notes(desk, book):
    book(Enero=JANUARY, Febrero=[["Folio", "Fecha", "Cobrado"], ["F-1", "15/02/2026", 30]])

    *sales, refused = desk.movements()

    assert [sale.id for sale in sales] == ["E-1", "E-2"]
    assert str(refused).startswith("ventas.xlsx, sheet Febrero: the header has no column for total")
    assert outcomes(desk, "errors")[-1] == ("Febrero", "0", "error")


def test_two_columns_for_one_field_stop_their_sheet_only(desk, book):
    book(Enero=JANUARY, Febrero=[[*HEADER, "Importe total"], ["F-1", "15/02/2026", 30, 30]])

    *sales, refused = desk.movements()

    assert len(sales) == 2
    assert "could both be total" in str(refused)


def test_a_workbook_without_any_header_is_one_bad_file(desk, book):
    book(Resumen=TOTALS, Notas=[["llamar al contador"]])

    (refused,) = desk.movements()

    assert isinstance(refused, DataError)
    assert "Resumen" in str(refused)
    assert "Notas" in str(refused)
    assert desk.files() == {"errors/ventas.xlsx"}


def test_the_same_sale_in_two_sheets_counts_once(desk, book):
    book(Enero=JANUARY, Todas=[*JANUARY, FEBRUARY[1]])

    assert [sale.id for sale in desk.movements()] == ["E-1", "E-2", "F-1"]
    assert ("Todas", "2", "skipped") in outcomes(desk, "done")


def test_a_sale_that_two_sheets_tell_differently_is_set_aside(desk, book):
    book(Enero=JANUARY, Copia=[HEADER, ["E-1", "15/01/2026", 11]])

    first, good, second = desk.movements()

    assert "E-1 stands in the sheets Enero and Copia" in str(first)
    assert str(second).endswith("its rows differ")
    assert isinstance(good, Sale)


def test_a_wrong_cell_is_named_with_its_sheet(desk, book):
    book(Enero=JANUARY, Febrero=[HEADER, ["F-1", "15/02/2026", "mucho"]])

    assert str(desk.movements()[-1]).startswith("ventas.xlsx, sheet Febrero, row 2, column Total")
