"""Where the pages end: nothing stands alone on the last one, and there are no more than needed."""

import copy
import io

import pytest
import zxingcpp
from lxml import etree
from PIL import Image
from pypdf import PdfReader

from hub.cfdi.pdf import Brand, preview, render

SUMS, CERTIFICATION = "Importe con letra", "Sello digital del SAT"
# how many lines fit on one page, and how many on two
CAPACITY = {
    "factura": (14, 37),
    "descuento": (9, 30),
    "retenciones": (8, 26),
    "usd": (9, 27),
    "egreso": (13, 36),
    "global": (12, 36),
    "pago": (8, 26),
}
# what the printed row of a line has once
ROW = {"egreso": "ACT Actividad", "global": "ACT Actividad", "pago": " H-"}


def repeated(xml: bytes, count: int, **attributes: str) -> bytes:
    """The document with `count` Conceptos, or with `count` documents in its one Pago."""
    root = etree.fromstring(xml)
    rows = root.findall(".//{*}DoctoRelacionado") or root.findall("{*}Conceptos/{*}Concepto")
    parent, place = rows[0].getparent(), rows[0].getparent().index(rows[0])
    for row in rows:
        parent.remove(row)
    for number in range(count):
        row = copy.deepcopy(rows[number % len(rows)])
        row.attrib.update(attributes)
        parent.insert(place + number, row)
    return etree.tostring(root, encoding="utf-8")


def rows_on(page: str, name: str) -> int:
    return " ".join(page.split()).count(ROW[name])


@pytest.mark.parametrize(("name", "pages", "count"), [
    (name, pages, count)
    for name, (one, two) in CAPACITY.items()
    for pages, count in [(1, one), (2, one + 1), (2, two), (3, two + 1)]
])  # fmt: skip
def test_there_are_no_more_pages_than_the_lines_need(name, pages, count, stamped, pages_of):
    made = pages_of(render(repeated(stamped(name), count)))

    assert len(made) == pages
    assert [CERTIFICATION in page and SUMS in page for page in made] == [False] * (pages - 1) + [True]


@pytest.mark.parametrize("name", ROW)
@pytest.mark.parametrize("more", [1, 2, 4])
def test_the_last_lines_stay_with_the_sums_and_the_certification(name, more, stamped, pages_of):
    for capacity in CAPACITY[name]:
        *before, last = pages_of(render(repeated(stamped(name), capacity + more)))

        assert rows_on(last, name) >= 3
        assert sum(rows_on(page, name) for page in [*before, last]) == capacity + more


@pytest.mark.parametrize("length", [300, 600, 1000])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_long_line_stays_with_the_sums_too(length, count, stamped, pages_of):
    words = ("Texto largo con palabras " * 40)[:length]
    *_, last = pages_of(render(repeated(stamped("factura"), count, Descripcion=words)))

    assert SUMS in last
    assert CERTIFICATION in last
    assert "43211503" in last


def test_the_head_of_a_payment_stands_above_a_document_of_it(stamped, pages_of):
    for count in range(1, 10):
        root = etree.fromstring(repeated(stamped("pago"), count))
        payment = root.find(".//{*}Pago")
        payment.addnext(copy.deepcopy(payment))
        for page in pages_of(render(etree.tostring(root))):
            text = " ".join(page.split())
            assert ROW["pago"] in text.rpartition("Fecha de pago")[2]


def test_a_document_that_was_drawn_tighter_keeps_its_qr_readable(stamped):
    (page,) = preview(repeated(stamped("factura"), CAPACITY["factura"][0]), ppi=200)

    (symbol,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert "id=5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9" in symbol.text
    corners = symbol.position
    assert (corners.top_right.x - corners.top_left.x) / 200 * 25.4 >= 27.5


def test_many_short_notes_go_on_over_the_next_page(stamped, pages_of):
    pages = pages_of(render(stamped("factura"), notes="\n".join(f"Nota-{number}." for number in range(80))))

    assert [page.count("Nota-") for page in pages if page.count("Nota-") > 60] == []
    assert "Nota-79." in pages[-1]
    assert CERTIFICATION in pages[-1]


@pytest.mark.parametrize("notes", [10, 20, 30])
def test_notes_stand_with_the_last_line(notes, stamped, pages_of):
    text = "\n".join(f"Nota-{number}." for number in range(notes))
    *_, last = pages_of(render(repeated(stamped("factura"), 12), Brand(), notes=text))

    assert "43211503" in last
    assert f"Nota-{notes - 1}." in last


def test_a_quantity_of_six_decimals_pushes_the_description_aside(stamped):
    xml = repeated(stamped("factura"), 1, Cantidad="123456.654321")
    edges = {}

    def keep(text: str, page: list[float], line: list[float], *_: object) -> None:
        edges.setdefault(text.strip(), page[4] + page[0] * line[4])

    PdfReader(io.BytesIO(render(xml))).pages[0].extract_text(visitor_text=keep)

    figures = len("123,456.654321")
    assert edges["Descripción"] - edges["Cantidad"] >= figures * 4.7


def test_the_name_of_a_unit_without_spaces_breaks(stamped, pages_of):
    (page,) = pages_of(render(repeated(stamped("factura"), 1, Unidad="KILOGRAMOPORMETROCUB")))

    assert "KILOGRAMOPORMETROCUB" not in page
    assert "KILOGRAMOPORMETROCUB" in "".join(page.split())


def test_a_long_name_does_not_fill_the_head_of_the_next_pages(stamped, pages_of):
    root = etree.fromstring(repeated(stamped("factura"), 20))
    root.find("{*}Emisor").set("Nombre", "COMERCIALIZADORA DEL NOROESTE " * 8)
    root.set("Serie", "S" * 25)
    root.set("Folio", "9" * 40)
    _, last = pages_of(render(etree.tostring(root), test=True))
    head = " ".join(last.partition("Cantidad")[0].split())

    assert head.startswith("Factura SSS")
    assert "COMERCIALIZADORA DEL NOROESTE" in head
    assert len(head) < 130
