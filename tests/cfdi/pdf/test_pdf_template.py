import copy
import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import zxingcpp
from lxml import etree
from PIL import Image

from hub.cfdi.pdf import Brand, TemplateError, default_template, preview, render

HOSTILE = '#panic() $x$ *bold* _it_ [ ] \\ \\u{41} `raw` #{1+1} <label> @ref // no /* no */ "q" = ~ --- ...'


def with_lines(xml: bytes, count: int, **attributes: str) -> bytes:
    root = etree.fromstring(xml)
    lines = root.find("{*}Conceptos")
    for number in range(count - len(lines)):
        lines.append(copy.deepcopy(lines[number]))
    for line in lines:
        line.attrib.update(attributes)
    return etree.tostring(root, encoding="utf-8")


def test_text_of_the_buyer_is_never_markup(stamped, text_of):
    xml = with_lines(stamped("factura"), 1, Descripcion=HOSTILE)
    assert HOSTILE in text_of(render(xml))


def test_every_free_text_is_data(stamped, text_of):
    root = etree.fromstring(stamped("factura"))
    root.attrib.update({"CondicionesDePago": "#panic(1)", "Serie": "#a", "Folio": "*b*"})
    root.find("{*}Emisor").set("Nombre", "$E$ [#x]")
    root.find("{*}Receptor").set("Nombre", "R & #y <z>")
    brand = Brand(address="#address $x$", web="*web*")
    text = text_of(render(etree.tostring(root), brand, notes="#notes()"))
    for literal in ("#panic(1)", "#a-*b*", "$E$ [#x]", "R & #y <z>", "#address $x$", "*web*", "#notes()"):
        assert literal in text


def test_long_codes_without_spaces_stay_inside_their_column(stamped, pages_of):
    xml = with_lines(stamped("factura"), 1, NoIdentificacion="X" * 100, Descripcion="ñ" * 1000)
    text = pages_of(render(xml))[0]
    lines = text.splitlines()
    assert max(line.count("ñ") for line in lines) < 80
    assert sum(line.count("ñ") for line in lines) == 1000
    assert any(line.endswith("$1,160.00") for line in lines)
    assert "\u200b" not in text


def test_equal_input_gives_equal_bytes(stamped):
    brand = Brand(nombre="Tienda")
    assert render(stamped("descuento"), brand) == render(stamped("descuento"), brand)


def test_threads_render_at_the_same_time_and_alike(stamped):
    expected = render(stamped("pago"))
    start = threading.Barrier(4, timeout=10)

    def work(_: int) -> bytes:
        start.wait()
        return render(stamped("pago"))

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(work, range(8))) == {expected}


def test_sixty_lines_repeat_the_table_head_and_number_the_pages(stamped, pages_of):
    pages = pages_of(render(with_lines(stamped("global"), 60), test=True))
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        text = " ".join(page.split())
        assert "Cantidad Descripción Valor unitario" in text
        assert f"Página {number} de 3" in text
        assert "Este documento es una representación impresa de un CFDI" in text
        assert "SIN VALIDEZ FISCAL - PRUEBAS" in text
    assert sum(page.count("No. de identificación") for page in pages) == 60


@pytest.mark.parametrize("height", range(1, 6))
def test_a_line_is_not_torn_between_two_pages(height, stamped, pages_of):
    xml = with_lines(stamped("global"), 60, Descripcion="Inicio" + " y así sucesivamente" * (3 * height))

    for page in pages_of(render(xml)):
        assert page.count("Inicio") == page.count("No. de identificación")


def test_a_line_that_is_longer_than_a_page_goes_on_over_the_next(stamped, pages_of):
    root = etree.fromstring(stamped("factura"))
    (concepto,) = root.iter("{*}Concepto")
    for number in range(150):
        parte = etree.SubElement(concepto, concepto.tag.replace("Concepto", "Parte"))
        parte.attrib.update({"ClaveProdServ": "43211503", "Cantidad": "1", "Descripcion": f"Pieza-{number:03d}."})

    text = " ".join(pages_of(render(etree.tostring(root))))

    assert [number for number in range(150) if f"Pieza-{number:03d}." not in text] == []


@pytest.mark.parametrize("name", ["factura", "pago", "global", "egreso"])
def test_the_printed_qr_leads_to_sats_page_of_this_document(name, stamped):
    root = etree.fromstring(stamped(name))
    timbre = root.find(".//{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital")
    page = Image.open(io.BytesIO(preview(stamped(name), ppi=200)[-1]))
    (symbol,) = zxingcpp.read_barcodes(page)
    assert symbol.text == (
        "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
        f"?id={timbre.get('UUID')}&re=EKU9003173C9&rr={root.find('{*}Receptor').get('Rfc')}"
        f"&tt={root.get('Total')}&fe={root.get('Sello')[-8:]}"
    )
    corners = symbol.position
    assert (corners.top_right.x - corners.top_left.x) / 200 * 25.4 >= 27.5


def test_qr_can_be_read_on_a_cancelled_page(stamped):
    page = Image.open(io.BytesIO(preview(stamped("factura"), cancelled=True)[0]))
    assert len(zxingcpp.read_barcodes(page)) == 1


def test_own_template_takes_the_place_of_the_default(stamped, text_of):
    own = "#let cfdi = json(bytes(sys.inputs.cfdi))\n#set document(date: none)\nTotal: #cfdi.total.importe"
    assert text_of(render(stamped("factura"), template=own)) == "Total: $1,160.00"
    assert "sys.inputs.cfdi" in default_template()


def test_broken_template_is_told_with_its_place(stamped):
    with pytest.raises(TemplateError, match=r"(?s)unknown variable: nothing.*main\.typ:2"):
        render(stamped("factura"), template="Hola\n#nothing")


@pytest.mark.parametrize("path", ["pyproject.toml", "/hub/__init__.py", "../template.typ", "/etc/passwd"])
def test_template_reads_no_files_of_the_machine(path, stamped):
    with pytest.raises(TemplateError):
        render(stamped("factura"), template=f'#read("{path}")')
