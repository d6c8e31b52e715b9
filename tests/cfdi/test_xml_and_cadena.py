"""XML and cadena original against SAT's XSLT, with texts that break careless writers."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.cfdi import ACuentaTerceros, CfdiRelacionados, Csd, cadena_original, seal, to_xml
from hub.cfdi.text import clean, escape, is_plain
from hub.testing.csd import make_csd
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_examples import EXAMPLES, document

NASTY = [
    "Tornillos & tuercas",
    "Tubo 1/2\" <acero> 'A'",
    "Ñandú  con   dobles  espacios",
    "tab\taquí y salto\nde línea",
    " bordes ",
    "no\u00a0rompible",
    "emoji 🧾 y ]]> &amp; literal",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_cadena_equals_sats_xslt_for_every_example(name):
    comprobante = document(name)._replace(no_certificado="30001000000500003416")

    assert cadena_original(comprobante) == sat_cadena(to_xml(comprobante))


@pytest.mark.parametrize("text", NASTY)
def test_the_cadena_equals_sats_xslt_for_nasty_texts(text):
    comprobante = _with_text(text)

    assert cadena_original(comprobante) == sat_cadena(to_xml(comprobante))


@pytest.mark.parametrize("text", NASTY)
def test_an_xml_parser_reads_back_the_text_that_was_written(text):
    root = etree.fromstring(to_xml(_with_text(text)))

    assert root.find("{*}Receptor").get("Nombre") == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_cleaned_text_seals_as_sat_reads_it(text):
    cleaned = clean(text, 1000) or "x"
    comprobante = _with_text(cleaned)

    assert cadena_original(comprobante) == sat_cadena(to_xml(comprobante))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
@settings(max_examples=150, deadline=None)
def test_the_short_way_of_sealing_writes_what_the_careful_one_does(text):
    comprobante, csd = _with_text(text), _csd()
    sealed = seal(comprobante, csd)

    careful = to_xml(comprobante, no_certificado=csd.numero, certificado=csd.certificate_base64, sello=sealed.sello)
    assert sealed.xml == careful
    assert sealed.cadena == cadena_original(comprobante, no_certificado=csd.numero)


@pytest.mark.parametrize("text", [*NASTY, *'&<>"\t\n\r'])
def test_what_needs_escaping_is_never_called_plain(text):
    assert escape(text) == text or not is_plain(text.encode(errors="surrogatepass"))


def test_every_optional_node_comes_in_sats_order():
    comprobante = _with_text("Todo")._replace(
        cfdi_relacionados=(
            CfdiRelacionados("04", ("5e0f0a3c-2c8f-4b6f-9d5f-0c7a1d2b3e4f", "6e0f0a3c-2c8f-4b6f-9d5f-0c7a1d2b3e4f")),
            CfdiRelacionados("07", ("7e0f0a3c-2c8f-4b6f-9d5f-0c7a1d2b3e4f",)),
        ),
        condiciones_de_pago="30 días",
        confirmacion="A1b2C",
    )

    assert cadena_original(comprobante) == sat_cadena(to_xml(comprobante))


def test_empty_optional_texts_are_not_written():
    comprobante = document("iva_16")._replace(serie="", folio=None, condiciones_de_pago="")

    root = etree.fromstring(to_xml(comprobante))

    assert not {"Serie", "Folio", "CondicionesDePago", "Sello", "Certificado"} & set(root.keys())


def test_a_character_that_xml_cannot_carry_is_refused():
    with pytest.raises(ValueError, match="clean"):
        escape("campana \x07")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("  Café\tde\n olla  ", "Café de olla"),
        ("tubería | 1/2", "tubería 1/2"),
        ("sin\x00control", "sin control"),
        ("medio \ud83d emoji", "medio emoji"),
        (None, ""),
    ],
)
def test_clean_makes_text_fit_for_an_attribute(typed, written):
    assert clean(typed, 1000) == written


def test_clean_cuts_at_the_limit_without_a_trailing_blank():
    assert clean("abcd efgh", 5) == "abcd"


@cache
def _csd():
    test = make_csd("A&Ñ010101AB1", "PRUEBA")
    return Csd.load(test.cer, test.key, test.password)


def _with_text(text):
    comprobante = document("factura_global")
    seller = ACuentaTerceros("URE180429TM6", text, "601", "86991")
    concepto = comprobante.conceptos[0]._replace(
        descripcion=text, no_identificacion=text, unidad=text, a_cuenta_terceros=seller
    )
    return comprobante._replace(
        serie=text,
        emisor=comprobante.emisor._replace(rfc="A&Ñ010101AB1", nombre=text),
        receptor=comprobante.receptor._replace(nombre=text, num_reg_id_trib=text),
        conceptos=(concepto, *comprobante.conceptos[1:]),
    )
