"""Code 301: the shapes that SAT's schema demands, each at its limits; the schema itself is asked too."""

from decimal import Decimal

import pytest

from hub.cfdi import CfdiRelacionados, ImpuestoRetenido, check, to_xml, validate_full
from hub.cfdi.rules import row
from tests.support.rule_cases import (
    IMPORTED,
    INGRESO,
    RELATED,
    RETAINED,
    TRASLADO,
    UNTAXED,
    UUID,
    Case,
    of_concepto,
    of_part,
    of_traslado,
)
from tests.support.rule_cases_pagos import BANK, CADENA, FIRST, WITHHELD, documento, pago, retencion_p, traslado_p
from tests.support.worked_examples import EXAMPLES, document

D = Decimal


def header(**changes):
    return INGRESO._replace(**changes)


def concepto(**changes):
    return of_concepto(INGRESO, **changes).broken


def parte(**changes):
    return of_concepto(IMPORTED, partes=(IMPORTED.conceptos[0].partes[0]._replace(**changes),)).broken


def summary(**changes):
    return of_part(RETAINED, "impuestos", **changes).broken


def retencion(**changes):
    first = RETAINED.conceptos[0].retenciones[0]._replace(**changes)
    return of_concepto(RETAINED, retenciones=(first,)).broken


def banked(**changes):
    return pago(FIRST, **{**BANK, **CADENA, **changes})


def of_documents_tax(**changes):
    first, *others = WITHHELD.pagos.pagos[0].documentos[0].retenciones_dr
    return documento(WITHHELD, retenciones_dr=(first._replace(**changes), *others))


TEXTS = {  # how long a text may be, and the document with it
    "serie": (25, lambda text: header(serie=text)),
    "folio": (40, lambda text: header(folio=text)),
    "condiciones_de_pago": (1000, lambda text: header(condiciones_de_pago=text)),
    "conceptos[0].descripcion": (1000, lambda text: concepto(descripcion=text)),
    "conceptos[0].no_identificacion": (100, lambda text: concepto(no_identificacion=text)),
    "conceptos[0].unidad": (20, lambda text: concepto(unidad=text)),
    "conceptos[0].partes[0].descripcion": (1000, lambda text: parte(descripcion=text)),
    "conceptos[0].partes[0].no_identificacion": (100, lambda text: parte(no_identificacion=text)),
    "conceptos[0].partes[0].unidad": (20, lambda text: parte(unidad=text)),
    "pagos.pagos[0].num_operacion": (100, lambda text: pago(FIRST, num_operacion=text)),
    "pagos.pagos[0].nom_banco_ord_ext": (300, lambda text: banked(nom_banco_ord_ext=text)),
    "pagos.pagos[0].documentos[0].serie": (25, lambda text: documento(FIRST, serie=text)),
    "pagos.pagos[0].documentos[0].folio": (40, lambda text: documento(FIRST, folio=text)),
}
AMOUNTS = {
    "sub_total": lambda amount: header(sub_total=amount),
    "descuento": lambda amount: header(descuento=amount),
    "total": lambda amount: header(total=amount),
    "conceptos[0].cantidad": lambda amount: concepto(cantidad=amount),
    "conceptos[0].valor_unitario": lambda amount: concepto(valor_unitario=amount),
    "conceptos[0].importe": lambda amount: concepto(importe=amount),
    "conceptos[0].descuento": lambda amount: concepto(descuento=amount),
    "conceptos[0].partes[0].cantidad": lambda amount: parte(cantidad=amount),
    "conceptos[0].partes[0].valor_unitario": lambda amount: parte(valor_unitario=amount),
    "conceptos[0].partes[0].importe": lambda amount: parte(importe=amount),
    "conceptos[0].traslados[0].base": lambda amount: of_traslado(INGRESO, base=amount),
    "conceptos[0].traslados[0].tasa_o_cuota": lambda amount: of_traslado(INGRESO, tasa_o_cuota=amount),
    "conceptos[0].traslados[0].importe": lambda amount: of_traslado(INGRESO, importe=amount),
    "conceptos[0].retenciones[0].base": lambda amount: retencion(base=amount),
    "conceptos[0].retenciones[0].tasa_o_cuota": lambda amount: retencion(tasa_o_cuota=amount),
    "conceptos[0].retenciones[0].importe": lambda amount: retencion(importe=amount),
    "impuestos.total_impuestos_retenidos": lambda amount: summary(total_impuestos_retenidos=amount),
    "impuestos.total_impuestos_trasladados": lambda amount: summary(total_impuestos_trasladados=amount),
    "impuestos.retenciones[0].importe": lambda amount: summary(
        retenciones=(RETAINED.impuestos.retenciones[0]._replace(importe=amount),)
    ),
    "impuestos.traslados[0].base": lambda amount: summary(
        traslados=(RETAINED.impuestos.traslados[0]._replace(base=amount),)
    ),
    "pagos.pagos[0].monto": lambda amount: pago(FIRST, monto=amount),
    "pagos.pagos[0].tipo_cambio_p": lambda amount: pago(FIRST, tipo_cambio_p=amount),
    "pagos.pagos[0].retenciones_p[0].importe_p": lambda amount: retencion_p(WITHHELD, importe_p=amount),
    "pagos.pagos[0].traslados_p[0].base_p": lambda amount: traslado_p(FIRST, base_p=amount),
    "pagos.pagos[0].traslados_p[0].tasa_o_cuota_p": lambda amount: traslado_p(FIRST, tasa_o_cuota_p=amount),
    "pagos.pagos[0].traslados_p[0].importe_p": lambda amount: traslado_p(FIRST, importe_p=amount),
    "pagos.pagos[0].documentos[0].imp_saldo_ant": lambda amount: documento(FIRST, imp_saldo_ant=amount),
    "pagos.pagos[0].documentos[0].imp_pagado": lambda amount: documento(FIRST, imp_pagado=amount),
    "pagos.pagos[0].documentos[0].imp_saldo_insoluto": lambda amount: documento(FIRST, imp_saldo_insoluto=amount),
    "pagos.pagos[0].documentos[0].retenciones_dr[0].base_dr": lambda amount: of_documents_tax(base_dr=amount),
    "pagos.pagos[0].documentos[0].retenciones_dr[0].importe_dr": lambda amount: of_documents_tax(importe_dr=amount),
    "pagos.pagos[0].documentos[0].retenciones_dr[0].tasa_o_cuota_dr": lambda amount: of_documents_tax(
        tasa_o_cuota_dr=amount
    ),
}
ABOVE_ZERO = {"conceptos[0].cantidad", "conceptos[0].partes[0].cantidad", "pagos.pagos[0].tipo_cambio_p"}
ORDINARY = [
    *map(document, EXAMPLES.keys() - {"resico_retentions"}),
    RELATED,
    TRASLADO,
    UNTAXED,
    header(serie=None, folio=None, condiciones_de_pago="30 días"),
    concepto(no_identificacion="SKU-1", unidad="Pieza"),
    RELATED._replace(cfdi_relacionados=RELATED.cfdi_relacionados * 2),
]
PLAIN, RARE = INGRESO.conceptos[0], RETAINED.conceptos[0]
OTHERS = [
    ("conceptos", header(conceptos=())),
    ("impuestos.traslados[0].base", of_part(INGRESO, "impuestos", traslados=(
        INGRESO.impuestos.traslados[0]._replace(base=D("0.0000001")),)).broken),
    ("impuestos.retenciones[0].importe", of_part(INGRESO, "impuestos", retenciones=(
        ImpuestoRetenido("001", D("0.0000001")),)).broken),
    ("conceptos[1].cantidad", header(conceptos=(PLAIN, PLAIN._replace(cantidad=D(0))))),
    ("conceptos[1].retenciones[0].base", header(conceptos=(PLAIN, RARE._replace(
        retenciones=(RARE.retenciones[0]._replace(base=D("0.0000001")),))))),
    ("emisor.rfc", of_part(INGRESO, "emisor", rfc="EKU9013173C9")),
    ("cfdi_relacionados[0].uuids", RELATED._replace(cfdi_relacionados=(CfdiRelacionados("04", ()),))),
    ("cfdi_relacionados[0].uuids", RELATED._replace(cfdi_relacionados=(CfdiRelacionados("04", (UUID, UUID[:-1])),))),
    ("conceptos[0].cuenta_predial", concepto(cuenta_predial=("15956011002", "15-1"))),
    ("conceptos[0].cuenta_predial", concepto(cuenta_predial=("1" * 151,))),
    ("pagos.pagos", FIRST._replace(pagos=FIRST.pagos._replace(pagos=()))),
    ("pagos.totales.monto_total_pagos", FIRST._replace(pagos=FIRST.pagos._replace(
        totales=FIRST.pagos.totales._replace(monto_total_pagos=D("4000.000"))))),
    ("pagos.pagos[0].documentos", pago(FIRST, documentos=())),
    ("pagos.pagos[0].fecha_pago", pago(FIRST, fecha_pago="2026-02-29T12:00:00")),
    ("pagos.pagos[0].fecha_pago", pago(FIRST, fecha_pago="2026-02-28")),
    ("pagos.pagos[0].rfc_emisor_cta_ord", banked(rfc_emisor_cta_ord="XAXX010101000")),
    ("pagos.pagos[0].rfc_emisor_cta_ben", banked(rfc_emisor_cta_ben="XEXX010101000")),
    ("pagos.pagos[0].cta_ordenante", banked(cta_ordenante="123456789")),
    ("pagos.pagos[0].cta_beneficiario", banked(cta_beneficiario="1" * 51)),
    ("pagos.pagos[0].tipo_cad_pago", banked(tipo_cad_pago="02")),
    ("pagos.pagos[0].cert_pago", banked(cert_pago="YQ")),
    ("pagos.pagos[0].cad_pago", banked(cad_pago=" ")),
    ("pagos.pagos[0].cad_pago", banked(cad_pago="x" * 8193)),
    ("pagos.pagos[0].sello_pago", banked(sello_pago="Y?==")),
    ("pagos.pagos[0].documentos[0].id_documento", documento(FIRST, id_documento=UUID[:-1])),
    ("pagos.pagos[0].documentos[0].num_parcialidad", documento(FIRST, num_parcialidad=0)),
    ("pagos.pagos[0].documentos[0].num_parcialidad", documento(FIRST, num_parcialidad=1000)),
    ("pagos.pagos[0].documentos[0].equivalencia_dr", documento(FIRST, equivalencia_dr=D(0))),
    ("pagos.pagos[0].documentos[0].equivalencia_dr", documento(FIRST, equivalencia_dr=D("1.00000000000"))),
]  # fmt: skip
FITTING = [
    header(serie="", folio="", condiciones_de_pago=""),
    header(serie="A\u00a0B"),
    RETAINED._replace(cfdi_relacionados=RELATED.cfdi_relacionados, condiciones_de_pago="x" * 1000),
    header(condiciones_de_pago="a\tb"),
    concepto(no_identificacion="", unidad=""),
    concepto(unidad="a" + " " * 18 + "bc"),
    concepto(unidad="x" * 10 + "  " + "x" * 9),
    concepto(cuenta_predial=("1" * 150,)),
    banked(cad_pago="x" * 8192),
    banked(cad_pago="||1~2||"),
    banked(cert_pago="YWE=", sello_pago="YWFh"),
    banked(num_operacion="", nom_banco_ord_ext="", rfc_emisor_cta_ord="", cta_ordenante="", rfc_emisor_cta_ben=""),
    documento(FIRST, num_parcialidad=999, serie="", folio=""),
    documento(FIRST, id_documento="123-45-678901234"),
]


def found(comprobante):
    comprobante = comprobante.broken if isinstance(comprobante, Case) else comprobante
    return [(violation.code, violation.field) for violation in check(comprobante)]


def is_valid(comprobante):
    comprobante = comprobante.broken if isinstance(comprobante, Case) else comprobante
    sealed = to_xml(comprobante, no_certificado="3" * 20, certificado="YQ==", sello="YQ==")
    return validate_full(sealed) == ()


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_has_at_most_the_length_of_the_schema(field):
    limit, with_text = TEXTS[field]

    assert ("301", field) not in found(with_text("x" * limit))
    assert found(with_text("x" * (limit + 1))) == [("301", field)]


@pytest.mark.parametrize("text", [" ", "\t", "\n", "a|b", "\x07", "\x1f", "\ufffe"])
@pytest.mark.parametrize("field", TEXTS)
def test_a_text_is_something_that_xml_and_the_cadena_can_carry(field, text):
    assert found(TEXTS[field][1](text)) == [("301", field)]


def test_a_description_is_never_empty():
    assert found(concepto(descripcion="")) == [("301", "conceptos[0].descripcion")]
    assert found(parte(descripcion="")) == [("301", "conceptos[0].partes[0].descripcion")]


@pytest.mark.parametrize("amount", ["-1", "-0.01", "0.0000001", "1E+3", "1" + "0" * 18])
@pytest.mark.parametrize("field", AMOUNTS)
def test_an_amount_has_eighteen_digits_and_six_decimals_at_most(field, amount):
    assert found(AMOUNTS[field](D(amount))) == [("301", field)]


@pytest.mark.parametrize("field", AMOUNTS)
def test_the_largest_amount_and_the_smallest_have_their_shape(field):
    for amount in ("9" * 18, "9" * 18 + ".999999", "0.000001"):
        assert ("301", field) not in found(AMOUNTS[field](D(amount)))
    assert (("301", field) in found(AMOUNTS[field](D(0)))) is (field in ABOVE_ZERO)


@pytest.mark.parametrize(("field", "comprobante"), OTHERS)
def test_what_the_schema_refuses_is_told_with_its_place(field, comprobante):
    assert found(comprobante) == [("301", field)]
    assert not is_valid(comprobante) or field.endswith("equivalencia_dr")  # libxml2 forgives zeros at the end


@pytest.mark.parametrize("comprobante", FITTING)
def test_what_the_schema_allows_has_its_shape(comprobante):
    assert "301" not in {code for code, _ in found(comprobante)}
    assert is_valid(comprobante)


@pytest.mark.parametrize("comprobante", ORDINARY)
def test_an_ordinary_document_is_known_at_once(comprobante):
    assert row.is_sound(comprobante)
    assert is_valid(comprobante)


def test_a_value_that_the_schema_refuses_is_told_alone_and_to_whom():
    broken = concepto(descripcion="")._replace(total=D("0.00"), forma_pago="98")

    (violation,) = check(broken)

    assert (violation.code, violation.kind) == ("301", "ours")
    assert violation.reason_es == "El valor no tiene la forma que pide el esquema XSD del SAT."
