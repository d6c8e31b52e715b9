"""Each fixture file, and what must come out of it."""

from decimal import Decimal

from hub.plugin import DataError, Ignored, Refund, Sale, Tax

D = Decimal


def tax_of(sale):
    return sum(tax.amount for line in sale.lines for tax in line.taxes)


def test_a_plain_file_is_a_sale(desk):
    desk.bring("plain.csv")
    (sale,) = desk.movements()

    assert (sale.id, sale.total, sale.currency, sale.forma_pago) == ("T-501", 348, "MXN", "28")
    assert sale.sold_at.isoformat() == "2026-11-14T18:05:00-06:00"
    assert sale.prices_include_tax is False
    (line,) = sale.lines
    assert line.taxes == (Tax(rate=D("0.16"), base=D(300), amount=D(48)),)
    assert (line.description, line.quantity, line.unit_price) == ("Café de olla molido 250 g", 3, 100)
    assert sale.buyer.rfc is None


def test_the_same_bytes_under_another_name_are_the_same_sale_and_move_too(desk):
    desk.bring("plain.csv")
    desk.bring("plain (1).csv")
    first, second = desk.movements()

    assert first == second
    assert desk.files() == {"done/plain.csv", "done/plain (1).csv"}


def test_a_known_row_in_another_file_is_the_same_sale(desk):
    desk.bring("plain.csv")
    (known,) = desk.movements()
    desk.bring("month.csv")

    again, new = desk.movements()

    assert again == known
    assert new.id == "T-502"


def test_fiscal_data_come_along(desk):
    desk.bring("with_rfc_and_bom.csv")
    (sale,) = desk.movements()

    assert sale.total == 2900
    assert sale.forma_pago == "03"
    assert sale.buyer.model_dump(exclude_none=True) == {
        "rfc": "XIA190128J61",
        "nombre": "XENON INDUSTRIAL ARTICLES",
        "codigo_postal": "76343",
        "regimen_fiscal": "601",
        "uso_cfdi": "G03",
        "email": "cuentas@xenon.example",
    }


def test_windows_1252_semicolons_and_decimal_commas_as_excel_writes_in_spanish(desk):
    desk.bring("excel_in_spanish.csv")
    (sale,) = desk.movements()

    assert [line.description for line in sale.lines] == ["Taza de barro pequeña", "Envío"]
    assert sale.lines[0].unit_price == D("1250.50")
    assert sale.lines[0].discount == D("250.10")
    assert sale.total == D("2703.84")
    assert tax_of(sale) == D("372.94")
    assert sale.forma_pago == "01"
    assert desk.result("done/excel_in_spanish.csv")[2] == {
        "row": "4",
        "status": "skipped",
        "message": "a row of totals",
        "sheet": "",
    }


def test_formulas_in_text_stay_text_and_the_result_runs_nothing(desk):
    desk.bring("formula.csv")
    (sale,) = desk.movements()

    assert sale.lines[0].description == "@SUM(A1:A9)"
    assert desk.result("done/formula.csv") == [{"row": "2", "status": "accepted", "message": "'=1+1", "sheet": ""}]


def test_refunds_name_their_sale(desk):
    desk.bring("refund_full.csv")
    desk.bring("refund_partial.csv")
    refunds = {refund.id: refund for refund in desk.movements()}

    assert all(isinstance(refund, Refund) for refund in refunds.values())
    assert (refunds["D-1"].sale_id, refunds["D-1"].amount) == ("T-501", 116)
    assert (refunds["D-2"].sale_id, refunds["D-2"].amount) == ("T-502", 2900)


def test_a_broken_file_is_set_aside_with_the_row_and_the_others_go_on(desk):
    desk.bring("broken.csv")
    desk.bring("plain.csv")
    broken, sale = sorted(desk.movements(), key=lambda each: isinstance(each, Sale))

    assert isinstance(broken, DataError)
    assert "row 3 cannot be read" in str(broken)
    assert isinstance(sale, Sale)
    assert desk.files() == {"errors/broken.csv", "done/plain.csv"}
    assert desk.result("errors/broken.csv")[0]["status"] == "error"


def test_other_kinds_of_files_are_ignored_and_moved_out_of_the_way(desk):
    desk.bring("photo.png")
    (told,) = desk.movements()

    assert isinstance(told, Ignored)
    assert desk.files() == {"errors/photo.png"}


def test_a_workbook_gives_its_stored_values_and_sets_uncalculated_rows_aside(desk):
    desk.bring("book.xlsx")
    uncalculated, sale, pending = desk.movements()

    assert isinstance(uncalculated, DataError)
    assert "row 2, column total" in str(uncalculated)
    assert "save it again" in str(uncalculated)
    assert (sale.id, sale.total, sale.lines[0].unit_price) == ("T-602", D("115.88"), D("99.9"))
    assert sale.buyer.codigo_postal == "01000"
    assert sale.forma_pago == "04"
    assert sale.sold_at.isoformat() == "2026-11-18T13:05:00-06:00"
    assert isinstance(pending, Ignored)
    assert desk.files() == {"errors/book.xlsx"}
    result = desk.result("errors/book.xlsx")
    assert [row["status"] for row in result] == ["error", "accepted", "ignored", "skipped"]
    assert result[-1]["message"].startswith("left out: the header has no column for id")
