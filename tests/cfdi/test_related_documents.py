"""Substitution, anticipos, sales on commission, sales abroad and the Addenda."""

from decimal import Decimal

import pytest

from hub.cfdi import (
    ACuentaTerceros,
    CfdiRelacionados,
    MalformedXmlError,
    anticipo,
    aplicacion_de_anticipo,
    applied_to,
    check,
    read,
    receptor_extranjero,
    remainder_lines,
    seal,
    substitute,
    tercero_extranjero,
    validate_full,
    verify_seal,
    with_addenda,
    with_leyendas,
)
from tests.support.cfdi_samples import ESCUELA, IVA_0, IVA_16, NOON, UNIVERSIDAD, ieps, impuestos_locales, invoice, sold
from tests.support.sat_xslt import sat_cadena

D = Decimal
OLD, OTHER = "6128396f-c09b-4ec6-8699-43c5f7e3b230", "0f8b3d3a-11c1-4c8e-9f43-7f0f4f2c4a11"
HEADER = {
    "emisor": ESCUELA,
    "receptor": UNIVERSIDAD,
    "forma_pago": "03",
    "fecha": NOON,
    "lugar_expedicion": "42501",
}
PRINCIPAL = ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")


def is_good(comprobante, csd):
    sealed = seal(comprobante, csd)
    return check(comprobante) == () and validate_full(sealed.xml) == () and sat_cadena(sealed.xml) == sealed.cadena


def test_a_substitute_is_the_corrected_document_with_relation_04(escuela_csd):
    wrong = read(seal(invoice(sold("116.00", IVA_16)), escuela_csd).xml)
    corrected = wrong._replace(receptor=wrong.receptor._replace(uso_cfdi="G01"))

    made = substitute(corrected, replaces=OLD, fecha=NOON, folio="2")

    assert made.cfdi_relacionados == (CfdiRelacionados("04", (OLD,)),)
    assert (made.sello, made.certificado, made.no_certificado, made.timbre) == ("", "", "", None)
    assert (made.folio, made.serie, made.receptor.uso_cfdi) == ("2", "A", "G01")
    assert made.conceptos == wrong.conceptos
    assert is_good(made, escuela_csd)


def test_an_anticipo_with_local_taxes_is_not_applied_without_them():
    advance = anticipo(total=D("500.00"), taxes=(IVA_16,), **HEADER)
    advance = advance._replace(complementos=(impuestos_locales("15.00", "0.00"),), total=D("515.00"))

    with pytest.raises(ValueError, match="ImpuestosLocales"):
        aplicacion_de_anticipo(advance, full_invoice=OTHER, fecha=NOON)


def test_a_substitute_keeps_other_relations_and_drops_an_older_substitution():
    related = (CfdiRelacionados("07", (OTHER,)), CfdiRelacionados("04", (OTHER,)))
    wrong = invoice(sold("116.00", IVA_16), cfdi_relacionados=related)

    made = substitute(wrong, replaces=OLD, fecha=NOON)

    assert made.cfdi_relacionados == (CfdiRelacionados("04", (OLD,)), CfdiRelacionados("07", (OTHER,)))
    assert made.folio == "1"


def test_an_anticipo_its_invoice_and_its_application_add_up(escuela_csd):
    advance = anticipo(total=D("500.00"), taxes=(IVA_16,), **HEADER)
    full = invoice(sold("1160.00", IVA_16), cfdi_relacionados=(applied_to([OLD]),))
    applied = aplicacion_de_anticipo(advance, full_invoice=OTHER, fecha=NOON)

    assert (advance.conceptos[0].clave_prod_serv, advance.conceptos[0].descripcion) == (
        "84111506",
        "Anticipo del bien o servicio",
    )
    assert full.cfdi_relacionados == (CfdiRelacionados("07", (OLD,)),)
    assert (applied.tipo_de_comprobante, applied.forma_pago, applied.metodo_pago) == ("E", "30", "PUE")
    assert applied.cfdi_relacionados == (CfdiRelacionados("07", (OTHER,)),)
    assert (applied.conceptos[0].descripcion, applied.total) == ("Aplicación de anticipo", D("500.00"))
    assert applied.impuestos == advance.impuestos
    assert all(is_good(one, escuela_csd) for one in (advance, full, applied))


def test_the_remainder_is_invoiced_with_the_anticipo_as_discount(escuela_csd):
    lines = [sold("696.00", IVA_16), sold("464.00", IVA_16, quantity="2"), sold("333.33", ieps("0.08"), IVA_0)]

    made = invoice(*remainder_lines(lines, D("500.00")), cfdi_relacionados=(applied_to([OLD]),))

    assert made.total == D("993.33")
    assert made.descuento > 0
    assert all(c.descripcion.endswith("CFDI por remanente de un anticipo") for c in made.conceptos)
    assert is_good(made, escuela_csd)


@pytest.mark.parametrize("advance", ["0", "116.00", "200.00"])
def test_without_a_remainder_there_is_nothing_to_invoice(advance):
    with pytest.raises(ValueError, match="remainder"):
        remainder_lines([sold("116.00", IVA_16)], D(advance))


def test_an_anticipo_without_timbre_has_no_uuid_to_relate():
    with pytest.raises(ValueError, match="uuid"):
        applied_to([anticipo(total=D("500.00"), taxes=(IVA_16,), **HEADER)])


def test_lines_sold_on_commission_name_their_principal(escuela_csd):
    made = invoice(
        sold("116.00", IVA_16, a_cuenta_terceros=PRINCIPAL),
        sold("58.00", IVA_16, a_cuenta_terceros=tercero_extranjero("42501")),
        sold("10.00", IVA_16),
    )

    assert [c.a_cuenta_terceros and c.a_cuenta_terceros.rfc for c in made.conceptos] == [
        "XIA190128J61",
        "EXT990101NI1",
        None,
    ]
    assert read(seal(made, escuela_csd).xml).conceptos == made.conceptos
    assert is_good(made, escuela_csd)


def test_services_to_a_buyer_abroad_need_no_complement(escuela_csd):
    made = invoice(sold("100.00", IVA_0), receptor=receptor_extranjero("ACME INC", "42501", "USA"))

    assert made.exportacion == "01"
    assert is_good(made, escuela_csd)


@pytest.fixture
def sealed(escuela_csd):
    return seal(invoice(sold("116.00", IVA_16)), escuela_csd).xml


def test_an_addenda_leaves_every_other_byte_and_the_seal(sealed):
    added = with_addenda(sealed, '<?xml version="1.0" encoding="iso-8859-1"?><pedido n="Ñ"/>'.encode("iso-8859-1"))

    assert added.replace('<cfdi:Addenda><pedido n="Ñ"/></cfdi:Addenda>'.encode(), b"") == sealed
    assert verify_seal(added).sello
    assert read(added)._replace(addenda=()) == read(sealed)
    assert [(one.namespace, one.name) for one in read(added).addenda] == [("", "pedido")]


def test_leyendas_are_escaped(sealed):
    added = with_leyendas(sealed, ["Pedido <1> & más", "Venta del 3 de noviembre"])

    assert 'texto="Pedido &lt;1&gt; &amp; más"'.encode() in added
    assert read(added)._replace(addenda=()) == read(sealed)


@pytest.mark.parametrize("content", [b"", b"<a>", b"plain", b"<a/><b/>"])
def test_an_addenda_is_one_element(sealed, content):
    with pytest.raises(MalformedXmlError):
        with_addenda(sealed, content)


def test_there_is_one_addenda(sealed):
    with pytest.raises(MalformedXmlError, match="already"):
        with_leyendas(with_leyendas(sealed, ["a"]), ["b"])


def test_an_addenda_is_for_a_cfdi():
    with pytest.raises(MalformedXmlError, match="not a CFDI"):
        with_addenda(b"<a/>", b"<b/>")
