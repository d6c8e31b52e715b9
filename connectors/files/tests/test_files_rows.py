import io
import zipfile
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from hub.plugin import DataError, Ignored, Sale, Tax

D = Decimal


def message(found):
    assert isinstance(found, DataError), found
    return str(found)


def test_one_bad_row_does_not_stop_the_others(desk):
    good, bad, other = desk.sales_of("folio,fecha,total\nA-1,14/11/2026,116\nA-2,ayer,116\nA-3,14/11/2026,116\n")

    assert isinstance(good, Sale)
    assert isinstance(other, Sale)
    assert message(bad).startswith("ventas.csv, row 3, column fecha: 'ayer' is not a date")
    assert bad.field == "sold_at"
    assert [row["status"] for row in desk.result("errors/ventas.csv")] == ["accepted", "error", "accepted"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("folio,fecha,importe", "no column for total"),
        ("folio,fecha,total,TOTAL", "'total' more than once"),
        ("folio,ticket,fecha,total", "'folio' and 'ticket' could both be id"),
        ("", "empty"),
    ],
)
def test_a_header_that_does_not_fit_stops_the_file(desk, header, said):
    (stopped,) = desk.sales_of(f"{header}\nA-1,2026-11-14,116,116\n" if header else "\n\n")

    assert said in message(stopped)
    assert desk.files() == {"errors/ventas.csv"}


def test_a_column_that_the_operator_named_must_be_there(desk):
    desk.configure(columns={"forma_pago": "Como pagó", "id": ["No. de ticket", "Ticket #"]})
    (sale,) = desk.sales_of("Ticket #,FECHA ,Total,como pago\nA-1,2026-11-14,116,efectivo\n")
    assert (sale.id, sale.forma_pago) == ("A-1", "01")

    (stopped,) = desk.sales_of("Ticket #,FECHA,Total,Pago\nA-1,2026-11-14,116,efectivo\n")
    assert "forma_pago (looked for Como pagó)" in message(stopped)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(desk, delimiter):
    text = "folio,fecha,descripcion,total\nA-1,2026-11-14,Pan,116\n".replace(",", delimiter)

    (sale,) = desk.sales_of(text)

    assert (sale.lines[0].description, sale.total) == ("Pan", 116)


def test_utf_16_as_excel_saves_unicode_text(desk):
    desk.drop("ventas.txt", "folio\tfecha\ttotal\tdescripcion\nA-1\t14/11/2026\t116\tPiñón\n".encode("utf-16"))
    (sale,) = desk.movements()

    assert sale.lines[0].description == "Piñón"


def test_a_stray_delimiter_is_told_and_not_shifted(desk):
    (bad,) = desk.sales_of("folio,fecha,descripcion,total\nA-1,2026-11-14,Pan, dulce,116\n")

    assert "row 2 has 5 cells, the header has 4" in message(bad)


def test_a_row_without_id_is_set_aside_and_totals_and_blank_rows_are_skipped(desk):
    bad, sale = desk.sales_of(
        "folio,fecha,total\n,14/11/2026,5\n\n,,\nA-1,14/11/2026,116\nTOTAL,,121\n,Suma total,121\n"
    )

    assert "row 2 has no id" in message(bad)
    assert sale.id == "A-1"
    assert [row["row"] for row in desk.result("errors/ventas.csv")] == ["2", "5", "6", "7"]


def test_too_many_rows_stop_the_file(desk):
    desk.configure(max_rows=2)
    (stopped,) = desk.sales_of("folio,fecha,total\n" + "A,2026-11-14,1\n" * 3)

    assert "more than 2 rows" in message(stopped)


def test_a_huge_cell_is_set_aside(desk):
    (bad,) = desk.sales_of(f"folio,fecha,total,descripcion\nA-1,2026-11-14,1,{'x' * 6000}\n")

    assert "more than 5000 characters" in message(bad)


def test_rows_of_one_sale_must_agree(desk):
    (bad,) = desk.sales_of(
        "folio,fecha,total,forma_pago\nA-1,2026-11-14,1,efectivo\nA-1,2026-11-14,1,\nA-1,2026-11-14,1,spei\n"
    )

    assert "row 4, column forma_pago: 'spei', but row 2 of the same id says 'efectivo'" in message(bad)


def test_rows_of_one_sale_need_not_be_neighbours(desk):
    first, second = desk.sales_of("folio,fecha,total\nA-1,2026-11-14,1\nA-2,2026-11-14,5\nA-1,2026-11-14,2.50\n")

    assert (first.total, second.total) == (D("3.50"), 5)


@pytest.mark.parametrize("status", ["", "Pagado", "PAID", "Entregada"])
def test_words_that_mean_paid(desk, status):
    (sale,) = desk.sales_of(f"folio,fecha,total,estado\nA-1,2026-11-14,1,{status}\n")

    assert isinstance(sale, Sale)


def test_other_statuses_wait(desk):
    (told,) = desk.sales_of("folio,fecha,total,estado\nA-1,2026-11-14,1,cancelado\n")

    assert isinstance(told, Ignored)
    assert "cancelado" in told.reason


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A-1,2026-11-14,-5,pagado", "status devolucion:ID-OF-THE-SALE"),
        ("A-1,2026-11-14,5,devolucion:", "id of the sale must follow"),
        ("A-1,2026-11-14,,pagado", "the cell is empty"),
        ("A-1,,5,pagado", "the cell is empty"),
        ("A-1,2026-11-14,5.005,pagado", "fractions of a cent"),
        ("A-1,2026-11-14,#N/A,pagado", "'#N/A' is not a number"),
        ("A-1,31/02/2026,5,pagado", "is not a date"),
        ("A-1,11/20/2026,5,pagado", "is not a date"),
    ],
)
def test_what_a_row_must_not_say(desk, row, said):
    (bad,) = desk.sales_of(f"folio,fecha,total,estado\n{row}\n")

    assert said in message(bad)
    assert "row 2, column" in message(bad)


LINE = "folio,fecha,cantidad,precio,descuento,iva,total\nA-1,2026-11-14,{}\n"


@pytest.mark.parametrize(
    ("row", "with_tax"),
    [
        ("2,100,0,32,232", False),
        ("2,116,0,32,232", True),
        ("1,100,10,14.40,104.40", False),
        ("3,33.33,0,16,115.99", False),
    ],
)
def test_the_rows_arithmetic_tells_the_basis_of_its_prices(desk, row, with_tax):
    (sale,) = desk.sales_of(LINE.format(row))

    assert sale.prices_include_tax is with_tax
    assert sale.lines[0].taxes[0].rate == D("0.16")


def test_amounts_that_do_not_add_up_are_set_aside(desk):
    (bad,) = desk.sales_of(LINE.format("2,90,0,32,232"))

    assert "quantity x price - discount is 180, IVA is 32, but the total says 232" in message(bad)


def test_the_operators_basis_must_hold(desk):
    desk.configure(prices_include_tax=True)

    (bad,) = desk.sales_of(LINE.format("2,100,0,32,232"))

    assert "discount is 200, IVA is 32, but the total says 232" in message(bad)


@pytest.mark.parametrize(
    ("iva", "total", "rate"), [("16", "116", "0.16"), ("8", "108", "0.08"), ("0", "100", "0"), ("13.79", "100", "0.16")]
)
def test_the_rate_is_found_only_if_it_fits_to_the_cent(desk, iva, total, rate):
    (sale,) = desk.sales_of(f"folio,fecha,iva,total\nA-1,2026-11-14,{iva},{total}\n")

    (tax,) = sale.lines[0].taxes
    assert tax == Tax(rate=D(rate), base=D(total) - D(iva), amount=D(iva))
    assert sale.lines[0].total == D(total)


@pytest.mark.parametrize(
    ("iva", "total", "said"),
    [("15", "116", "15 on 101 is not 16 %, 8 % or 0 % to the cent"), ("0.01", "0.10", "too small to tell")],
)
def test_an_iva_that_fits_no_rate_is_set_aside(desk, iva, total, said):
    (bad,) = desk.sales_of(f"folio,fecha,iva,total\nA-1,2026-11-14,{iva},{total}\n")

    assert said in message(bad)


@pytest.mark.parametrize(
    ("cells", "taxes"),
    [
        ("16%,,", (Tax(rate=D("0.16"), base=D(100), amount=D(16)),)),
        ("0.08,,", (Tax(rate=D("0.08"), base=D("107.41"), amount=D("8.59")),)),
        ("16,16,", (Tax(rate=D("0.16"), base=D(100), amount=D(16)),)),
        (",,si", (Tax(factor="Exento", base=D(116)),)),
        (",,no", None),
        (",,", None),
    ],
)
def test_rate_amount_and_exemption(desk, cells, taxes):
    (sale,) = desk.sales_of(f"folio,fecha,total,tasa_iva,iva,exento\nA-1,2026-11-14,116,{cells}\n")

    assert sale.lines[0].taxes == taxes


@pytest.mark.parametrize("cells", ["21%,,", "8%,16,", ",16,si", ",,quizás"])
def test_taxes_that_contradict_are_set_aside(desk, cells):
    (bad,) = desk.sales_of(f"folio,fecha,total,tasa_iva,iva,exento\nA-1,2026-11-14,116,{cells}\n")

    message(bad)


def test_a_mixture_of_bases_is_told_with_tax(desk):
    (sale,) = desk.sales_of(LINE.format("2,100,0,32,232") + "A-1,2026-11-14,1,116,0,16,116\n")

    assert sale.prices_include_tax is True
    assert [line.unit_price for line in sale.lines] == [116, 116]


def test_malformed_codes_are_named(desk):
    (bad,) = desk.sales_of("folio,fecha,total,clave_sat\nA-1,2026-11-14,116,cafe\n")

    assert "clave_prod_serv" in message(bad)


def test_money_in_another_currency_brings_its_rate(desk):
    (sale,) = desk.sales_of("folio,fecha,total,moneda,tipo_de_cambio\nA-1,2026-11-14,10,usd,18.2034\n")

    assert (sale.currency, sale.exchange_rate) == ("USD", D("18.2034"))


def test_another_zone_and_another_date_format(desk):
    desk.configure(timezone="America/Tijuana", date_format="%m-%d-%y %H:%M")
    (sale,) = desk.sales_of("folio,fecha,total\nA-1,07-14-26 23:59,116\n")

    assert sale.sold_at.isoformat() == "2026-07-14T23:59:00-07:00"


def test_an_unknown_zone_is_refused_at_once(desk):
    with pytest.raises(ValueError, match="IANA"):
        desk.configure(timezone="Mexico/Nowhere")


def test_a_header_of_any_length_is_told_in_few_words(desk):
    (bad,) = desk.sales_of(f"folio,fecha,{'x' * 90_000}\nA-1,14/11/2026,116\n")

    assert "no column for total" in message(bad)
    assert len(message(bad)) < 1200


def test_an_xlsx_without_a_workbook_is_one_bad_file(desk):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        archive.writestr("[Content_Types].xml", types)
    desk.drop("ventas.xlsx", stream.getvalue())

    (bad,) = desk.movements()

    assert "Excel's file is damaged" in message(bad)
    assert desk.result("errors/ventas.xlsx")[0]["status"] == "error"


def test_a_half_stays_a_half_where_the_comma_is_the_decimal_mark(desk):
    (sale,) = desk.sales_of("folio;fecha;cantidad;precio;total\nT-1;20/11/2026;0.500;240,00;120,00\n")

    assert (sale.lines[0].quantity, sale.total) == (Decimal("0.500"), 120)


@pytest.mark.parametrize(
    ("header", "doubtful", "clear"),
    [
        ("folio;fecha;total", "T-1;20/11/2026;12.345", "T-2;20/11/2026;12.50"),
        ("folio;fecha;total", "T-1;20/11/2026;12,345", "T-2;20/11/2026;12.50"),
        ("folio,fecha,total", 'T-1,20/11/2026,"12,345"', 'T-2,20/11/2026,"12,50"'),
        ("folio,fecha,total", "T-1,20/11/2026,12.345", 'T-2,20/11/2026,"1.160,50"'),
        ("folio;fecha;total;cantidad", "T-1;20/11/2026;12.345;1", "T-2;20/11/2026;100;0.500"),
    ],
)
def test_thousands_or_decimals_is_asked_where_the_file_writes_numbers_the_other_way(desk, header, doubtful, clear):
    refused, sale = desk.sales_of(f"{header}\n{doubtful}\n{clear}\n")

    assert "may mean thousands or decimals" in str(refused)
    assert isinstance(sale, Sale)


def test_thousands_are_thousands_where_nothing_speaks_against_it(desk):
    sales = desk.sales_of("folio;fecha;total\nT-1;20/11/2026;12.345\nT-2;20/11/2026;1.234.567\nT-3;20/11/2026;12,50\n")

    assert [sale.total for sale in sales] == [12345, 1234567, Decimal("12.50")]


def test_a_row_pasted_twice_counts_once_unless_the_operator_says_otherwise(desk):
    text = "folio,fecha,total\nT-1,20/11/2026,10\nT-1,20/11/2026,10\n"

    (once,) = desk.sales_of(text)
    desk.configure(repeated_rows="lines")
    (twice,) = desk.sales_of(text)

    assert (once.total, twice.total) == (10, 20)
    result = [(row["row"], row["status"], row["message"]) for row in desk.result("done/ventas.csv")]
    assert result[0] == ("2", "accepted", "T-1")
    assert result[1][:2] == ("3", "skipped")
    assert "row 2" in result[1][2]
    assert "repeated_rows" in result[1][2]


def test_a_line_sold_twice_is_two_lines_where_a_column_tells_them_apart(desk):
    (sale,) = desk.sales_of("folio,fecha,total,nota\nT-1,20/11/2026,10,a\nT-1,20/11/2026,10,b\n")

    assert sale.total == 20


def test_the_words_of_a_terminal_are_the_operators_to_name(desk):
    row = "folio,fecha,total,forma de pago\nT-1,20/11/2026,10,Terminal\n"

    (refused,) = desk.sales_of(row)
    desk.configure(formas_pago={"terminal": "04"})
    (sale,) = desk.sales_of(row)

    assert "formas_pago" in str(refused)
    assert sale.forma_pago == "04"


def test_a_date_cell_of_excel_is_a_day_and_not_its_midnight(desk):
    book = Workbook()
    book.active.append(["Folio", "Fecha", "Total"])
    book.active.append(["T-1", datetime(2026, 11, 1), 10])
    book.active.append(["T-2", datetime(2026, 11, 1, 0, 30), 10])
    book.save(desk.folder / "ventas.xlsx")

    day, minute = desk.movements()

    assert day.sold_at.isoformat() == "2026-11-01T12:00:00-06:00"
    assert day.sold_at.astimezone(ZoneInfo("America/Tijuana")).day == 1
    assert minute.sold_at.isoformat() == "2026-11-01T00:30:00-06:00"
