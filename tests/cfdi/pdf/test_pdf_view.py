import json
import re
from decimal import Decimal

import pytest

from hub.cfdi.pdf.formats import money, number, rate, timestamp, unit_price
from hub.cfdi.pdf.view import view

NAMES = ["factura", "descuento", "retenciones", "usd", "egreso", "global", "pago"]


@pytest.mark.parametrize(
    ("amount", "moneda", "shown"),
    [
        ("1160", "MXN", "$1,160.00"),
        ("430.172414", "MXN", "$430.17"),
        ("0.005", "MXN", "$0.01"),
        ("1234567.5", "EUR", "€1,234,567.50"),
        ("1160.5", "JPY", "¥1,161"),
        ("1.2345", "KWD", "1.235"),
        ("0", "XXX", "0"),
    ],
)
def test_money_has_the_decimals_of_its_currency_half_up(amount, moneda, shown):
    assert money(amount, moneda) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1000", "$1,000.00"), ("430.172414", "$430.172414"), ("18.599310", "$18.59931"), ("0.500000", "$0.50")],
)
def test_unit_price_keeps_what_the_xml_says(amount, shown):
    assert unit_price(amount, "MXN") == shown


def test_number_drops_zeros_that_say_nothing():
    assert [number(value) for value in ("3.000000", "1000.50", "0.1", "100", "0.000001")] == [
        "3", "1,000.5", "0.1", "100", "0.000001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tipo_factor", "tasa", "shown"),
    [
        ("Tasa", "0.160000", "16 %"),
        ("Tasa", "0.012500", "1.25 %"),
        ("Tasa", "0.106667", "10.6667 %"),
        ("Tasa", "0.000000", "0 %"),
        ("Tasa", "1.600000", "160 %"),
        ("Cuota", "0.591100", "cuota 0.5911"),
        ("Exento", "", "exento"),
    ],
)
def test_rates_read_as_percent_quota_or_exempt(tipo_factor, tasa, shown):
    assert rate(tipo_factor, tasa) == shown


def test_timestamp_is_short_and_in_spanish():
    assert timestamp("2026-01-05T09:07:03") == "5 ene 2026, 09:07:03"


@pytest.mark.parametrize("name", NAMES)
def test_view_is_plain_json(name, stamped):
    assert json.loads(json.dumps(view(stamped(name))))["timbre"]["fecha_partes"]["year"] == 2026


def test_key_that_is_not_in_the_catalog_stands_alone(stamped):
    xml = stamped("factura").replace(b'UsoCFDI="G03"', b'UsoCFDI="ZZ9"')
    assert view(xml)["receptor"]["uso_cfdi"] == "ZZ9"


def test_line_without_taxes_says_why(stamped):
    xml = stamped("pago").replace(b'ObjetoImp="01"', b'ObjetoImp="03"')
    (line,) = view(xml)["conceptos"]
    assert line["impuestos"] == []
    assert line["objeto_imp"] == "Sí objeto del impuesto y no obligado al desglose"


def test_a_tax_that_a_receipt_declares_in_several_rows_is_one_line(stamped):
    (node,) = re.findall(rb"<pago20:TrasladoDR [^>]*/>", stamped("pago"))[:1]
    xml = stamped("pago").replace(node, node * 3, 1)
    once, thrice = (view(one)["pagos"][0]["documentos"][0]["impuestos"] for one in (stamped("pago"), xml))
    importe = Decimal(re.search(rb'ImporteDR="([^"]+)"', node)[1].decode())
    assert [tax["nombre"] for tax in thrice] == [tax["nombre"] for tax in once]
    assert once[0]["importe"] == money(str(importe), "MXN")
    assert thrice[0]["importe"] == money(str(3 * importe), "MXN")


def test_retained_rates_add_up_to_sats_summary(stamped):
    xml = stamped("retenciones").replace(b'Impuesto="001" Importe="1062.50"', b'Impuesto="001" Importe="1062.51"')
    rows = {row["label"]: row["importe"] for row in view(xml)["totales"]}
    assert rows["ISR retenido 10 %"] == "−$1,000.00"
    assert rows["ISR retenido 1.25 %"] == "−$62.51"


def test_summary_without_lines_to_explain_it_is_shown_whole(stamped):
    xml = stamped("retenciones").replace(b'Impuesto="001" TipoFactor', b'Impuesto="003" TipoFactor')
    rows = {row["label"]: row["importe"] for row in view(xml)["totales"]}
    assert rows["ISR retenido"] == "−$1,062.50"


def test_sale_for_a_third_party_names_the_principal(stamped):
    tercero = (
        b'</cfdi:Impuestos><cfdi:ACuentaTerceros RfcACuentaTerceros="XIA190128J61" RegimenFiscalACuentaTerceros="601" '
        b'NombreACuentaTerceros="XENON INDUSTRIAL ARTICLES" DomicilioFiscalACuentaTerceros="76343"/></cfdi:Concepto>'
    )
    head, _, tail = stamped("factura").partition(b"</cfdi:Concepto>")
    xml = head.rstrip().removesuffix(b"</cfdi:Impuestos>") + tercero + tail
    (detail,) = view(xml)["conceptos"][0]["detalles"]
    assert detail.startswith("Por cuenta de XENON INDUSTRIAL ARTICLES, RFC XIA190128J61, régimen 601 General de Ley")
    assert detail.endswith("C.P. 76343")
