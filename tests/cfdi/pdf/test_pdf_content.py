"""What CFF 29-A and RMF 2.7.1.7 ask a representación impresa to show."""

import io

import pytest
from lxml import etree
from pypdf import PdfReader

from hub.cfdi.pdf import Brand, SourceError, render

COMMON = [
    "Este documento es una representación impresa de un CFDI",
    "EKU9003173C9",
    "ESCUELA KEMPER URGATE",
    "601 General de Ley Personas Morales",
    "C.P. 42501",
    "20 nov 2026, 12:00:00",
    "20 nov 2026, 12:04:31",
    "30001000000500003416",
    "30001000000500003456",
    "SPR190613I52",
    "01 No aplica",
]

EXPECTED = {
    "factura": [
        "Factura A-1024",
        "5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9",
        "URE180429TM6",
        "UNIVERSIDAD ROBOTICA ESPAÑOLA",
        "C.P. 86991",
        "G03 Gastos en general",
        "I Ingreso",
        "PUE Pago en una sola exhibición",
        "04 Tarjeta de crédito",
        "MXN Peso Mexicano",
        "43211503 Computadores notebook",
        "No. de identificación SKU-1",
        "H87 Pieza",
        "Computadora portátil de 14 pulgadas",
        "IVA 16 % $160.00",
        "Subtotal $1,000.00",
        "Total MXN $1,160.00",
        "MIL CIENTO SESENTA PESOS 00/100 M.N.",
    ],
    "descuento": [
        "Contado, entrega en tienda",
        "$18.59931",
        "Descuento −$100.00",
        "IEPS 8 % sobre $499.38 $39.95",
        "IVA 0 % sobre $539.33 $0.00",
        "IVA exento sobre $289.00",
        "Total MXN $1,402.60",
    ],
    "retenciones": [
        "PPD Pago en parcialidades o diferido",
        "99 Por definir",
        "Ret. ISR 10 % $1,000.00",
        "Ret. IVA 10.6667 % $1,066.67",
        "ISR retenido 10 % −$1,000.00",
        "ISR retenido 1.25 % −$62.50",
        "IVA retenido 10.6667 % −$1,066.67",
        "Cuenta predial 15956011002",
    ],
    "usd": ["USD Dólar americano", "Tipo de cambio 18.5432", "CIENTO CATORCE DÓLARES AMERICANOS 84/100 USD"],
    "egreso": [
        "Nota de crédito NC-12",
        "E Egreso",
        "CFDI relacionados: 03 Devolución de mercancía sobre facturas o traslados previos",
        "5E2D6AFF-2DD7-43D1-83D3-14C1ACA396D9",
        "G02 Devoluciones, descuentos o bonificaciones",
    ],
    "global": ["Factura global G-8", "XAXX010101000", "PUBLICO EN GENERAL", "01 Diario, 11 Noviembre, 2026", "T-1003"],
    "pago": [
        "Recibo de pago P-33",
        "84111506 Servicios de facturación",
        "15 nov 2026, 12:00:00",
        "03 Transferencia electrónica de fondos",
        "$8,000.00 MXN",
        "SPEI-20261115-000482",
        "012180001234567897",
        "1F8A2C77-5D3B-4E0A-8C64-77B1E92D3A05",
        "$11,600.00 $7,600.00 IVA 16 % $551.72 $4,000.00",
        "Base IVA 16 % $6,896.55",
        "Total pagado MXN $8,000.00",
        "OCHO MIL PESOS 00/100 M.N.",
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_mandatory_element_can_be_found_in_the_text(name, stamped, text_of):
    text = text_of(render(stamped(name)))
    assert [element for element in [*COMMON, *EXPECTED[name]] if element not in text] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_seals_and_cadena_original_are_printed_whole(name, stamped, text_of):
    xml = stamped(name)
    timbre = etree.fromstring(xml).find(".//{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital")
    text = text_of(render(xml)).replace(" ", "")
    values = (
        timbre.get(key) for key in ("Version", "UUID", "FechaTimbrado", "RfcProvCertif", "SelloCFD", "NoCertificadoSAT")
    )
    assert timbre.get("SelloCFD") in text
    assert timbre.get("SelloSAT") in text
    assert f"||{'|'.join(values)}||" in text


def test_leyenda_of_the_timbre_is_part_of_the_cadena_original(stamped, text_of):
    xml = stamped("factura").replace(b" SelloCFD=", b' Leyenda="Aviso  del SAT" SelloCFD=')
    assert "|SPR190613I52|AvisodelSAT|" in text_of(render(xml)).replace(" ", "")


def test_cancelled_and_test_marks_appear_only_when_asked(stamped, text_of):
    plain = text_of(render(stamped("factura")))
    marked = text_of(render(stamped("factura"), cancelled=True, test=True))
    assert "CANCELADO" not in plain
    assert "SIN VALIDEZ FISCAL - PRUEBAS" not in plain
    assert "CANCELADO" in marked
    assert "SIN VALIDEZ FISCAL - PRUEBAS" in marked


def test_notes_and_contact_lines_are_shown_as_written(stamped, text_of):
    brand = Brand(nombre="Tienda", phone="55 5555 0134", email="hola@tienda.example", address="Calle 1")
    text = text_of(render(stamped("factura"), brand, notes="Gracias *por* tu compra.\nPedido #1024"))
    assert "55 5555 0134" in text
    assert "hola@tienda.example" in text
    assert "Gracias *por* tu compra. Pedido #1024" in text


def test_unknown_complemento_is_named(stamped, text_of):
    xml = stamped("factura").replace(b"<cfdi:Complemento>", b'<cfdi:Complemento><x:Donatarias xmlns:x="urn:x"/>')
    assert "El XML contiene además: Donatarias" in text_of(render(xml))


def test_local_taxes_are_listed(stamped, text_of):
    local = (
        b'<cfdi:Complemento><implocal:ImpuestosLocales xmlns:implocal="http://www.sat.gob.mx/implocal" version="1.0" '
        b'TotaldeRetenciones="0.00" TotaldeTraslados="30.00"><implocal:TrasladosLocales ImpLocTrasladado="ISH" '
        b'TasadeTraslado="3.00" Importe="30.00"/></implocal:ImpuestosLocales>'
    )
    assert "ISH 3 % $30.00" in text_of(render(stamped("factura").replace(b"<cfdi:Complemento>", local)))


def test_metadata_names_the_document_its_issuer_language_and_date(stamped):
    reader = PdfReader(io.BytesIO(render(stamped("factura"))))
    assert reader.metadata.title == "Factura A-1024 - ESCUELA KEMPER URGATE"
    assert reader.metadata.author == "ESCUELA KEMPER URGATE"
    assert f"{reader.metadata.creation_date:%Y-%m-%dT%H:%M:%S}" == "2026-11-20T12:04:31"
    assert reader.trailer["/Root"]["/Lang"] == "es-MX"


def test_pages_are_letter_size_and_all_fonts_are_embedded(stamped):
    reader = PdfReader(io.BytesIO(render(stamped("factura"))))
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [612, 792]
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in descriptors)
    assert all("Inter" in font["/BaseFont"] or "DejaVuSansMono" in font["/BaseFont"] for font in fonts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda xml: xml[:300], "not well-formed"),
        (lambda xml: b"<a/>", "a CFDI 4.0 is needed"),
        (lambda xml: xml.replace(b'Version="4.0"', b'Version="3.3"'), "version '3.3'"),
        (lambda xml: xml.replace(b"TimbreFiscalDigital", b"OtherThing"), "no TimbreFiscalDigital"),
        (lambda xml: xml.replace(b" UUID=", b" Uuid="), "has no UUID"),
        (lambda xml: xml.replace(b"<cfdi:Comprobante", b'<!DOCTYPE a [<!ENTITY b "c">]><cfdi:Comprobante'), "DOCTYPE"),
    ],
)
def test_what_is_not_a_stamped_cfdi_is_refused_with_the_reason(change, message, stamped):
    with pytest.raises(SourceError, match=message):
        render(change(stamped("factura")))
