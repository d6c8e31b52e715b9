"""Each rule is seen to fail once: one change to a good document, the code that SAT would answer."""

from decimal import Decimal

import pytest

from hub.cfdi import ACuentaTerceros, CfdiRelacionados, ImpuestoRetenido, Impuestos, Traslado, check, tercero_extranjero
from hub.cfdi.rules.rule import of_concepto, of_document, of_retencion, of_traslado
from tests.support.worked_examples import EXAMPLES, document

D = Decimal


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_keep_every_rule(name):
    assert check(document(name)) == ()


def of_comprobante(name, **changes):
    return document(name)._replace(**changes)


def of_receptor(name, **changes):
    comprobante = document(name)
    return comprobante._replace(receptor=comprobante.receptor._replace(**changes))


def of_emisor(name, **changes):
    comprobante = document(name)
    return comprobante._replace(emisor=comprobante.emisor._replace(**changes))


def of_first_concepto(name, **changes):
    comprobante = document(name)
    first, *others = comprobante.conceptos
    return comprobante._replace(conceptos=(first._replace(**changes), *others))


def of_first_traslado(name, **changes):
    first, *others = document(name).conceptos[0].traslados
    return of_first_concepto(name, traslados=(first._replace(**changes), *others))


def of_first_retencion(**changes):
    first, *others = document("resico_retentions").conceptos[0].retenciones
    return of_first_concepto("resico_retentions", retenciones=(first._replace(**changes), *others))


def of_impuestos(name, **changes):
    comprobante = document(name)
    return comprobante._replace(impuestos=comprobante.impuestos._replace(**changes))


def of_summary_traslado(name, row=0, **changes):
    rows = list(document(name).impuestos.traslados)
    rows[row] = rows[row]._replace(**changes)
    return of_impuestos(name, traslados=tuple(rows))


def of_global(emisor=None, **changes):
    comprobante = document("factura_global")
    period = comprobante.informacion_global._replace(**changes)
    emisor = comprobante.emisor._replace(**emisor or {})
    return comprobante._replace(informacion_global=period, emisor=emisor)


def of_principal(principal=None, **changes):
    return of_first_concepto("iva_16", a_cuenta_terceros=(principal or PRINCIPAL)._replace(**changes))


def with_no_amounts(tipo, **changes):
    return of_comprobante("iva_16", tipo_de_comprobante=tipo, **changes)


RIF = {"rfc": "CACX7605101P8", "regimen_fiscal": "621"}
PRINCIPAL = ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")
ABROAD = tercero_extranjero("42501")
TWO_WITHHELD = (ImpuestoRetenido("001", D("187.50")), ImpuestoRetenido("001", D("1600.00")))

ONLY_ONE_BROKEN = {
    "CFDI40106": of_comprobante("iva_16", no_certificado="3000100000050000341"),
    "CFDI40122": of_comprobante("iva_16", exportacion="02"),
    "CFDI40123": of_comprobante("iva_16", exportacion="05"),
    "CFDI40127": of_comprobante("iva_16", confirmacion="ECVH1"),
    "CFDI40130": of_comprobante("factura_global", informacion_global=None),
    "CFDI40131": of_global(periodicidad="06"),
    "CFDI40132": of_global(periodicidad="05", meses="18"),
    "CFDI40133": of_global(meses="19"),
    "CFDI40134": of_global(RIF, periodicidad="05"),
    "CFDI40135": of_global(meses="13"),
    "CFDI40136": of_global(anio="2020"),
    "CFDI40137": of_comprobante("iva_16", cfdi_relacionados=(CfdiRelacionados("08", ("x",)),)),
    "CFDI40187": of_principal(rfc="XIA19012861"),
    "CFDI40188": of_principal(rfc="URE180429TM6"),
    "CFDI40189": of_principal(nombre=""),
    "CFDI40190": of_principal(ABROAD, nombre="ACME INC"),
    "CFDI40191": of_principal(regimen_fiscal="609"),
    "CFDI40192": of_principal(domicilio_fiscal="00001"),
    "CFDI40193": of_principal(ABROAD, domicilio_fiscal="76343"),
    "CFDI140223": of_principal(ABROAD, regimen_fiscal="601"),
}

TRASLADO = of_first_concepto("iva_16", valor_unitario=D(0), importe=D(0), objeto_imp="01", traslados=())._replace(
    tipo_de_comprobante="T",
    moneda="XXX",
    sub_total=D(0),
    total=D(0),
    impuestos=None,
    forma_pago=None,
    metodo_pago=None,
)
EGRESO = of_comprobante("iva_16", tipo_de_comprobante="E", cfdi_relacionados=(CfdiRelacionados("01", ("x",)),))
OF_ONE_TYPE = [
    ("CFDI40103", TRASLADO._replace(forma_pago="01")),
    ("CFDI40125", TRASLADO._replace(metodo_pago="PUE")),
    ("CFDI40109", TRASLADO._replace(sub_total=D(1), total=D(1))),
    ("CFDI40201", TRASLADO._replace(impuestos=Impuestos())),
    ("CFDI40115", TRASLADO._replace(moneda="USD")),
    ("CFDI40105", EGRESO._replace(metodo_pago="PPD")),
    ("CFDI40119", EGRESO._replace(total=D("1159.98"))),
    ("CFDI40137", EGRESO._replace(cfdi_relacionados=(CfdiRelacionados("09", ("x",)),))),
    ("CFDI40130", EGRESO._replace(informacion_global=document("factura_global").informacion_global)),
]

GOOD = {
    "traslado": TRASLADO,
    "egreso": EGRESO,
    "sealed": of_comprobante("iva_16", no_certificado="30001000000500003416"),
    "temporary export": of_comprobante("iva_16", exportacion="03"),
    "two months": of_global(RIF, periodicidad="05", meses="18"),
    "fortnight": of_global(periodicidad="03", meses="01"),
    "five years ago": of_global(anio="2021"),
    "substitute": of_comprobante("iva_16", cfdi_relacionados=(CfdiRelacionados("04", ("x",)),)),
    "on commission": of_principal(),
    "on commission for a seller abroad": of_principal(ABROAD),
}

BROKEN = ONLY_ONE_BROKEN | {
    "CFDI40101": of_comprobante("iva_16", fecha="2026-11-20 12:00:00"),
    "CFDI40103": with_no_amounts("P"),
    "CFDI40104": of_comprobante("iva_16", forma_pago="98"),
    "CFDI40105": of_comprobante("iva_16", metodo_pago="PPD", forma_pago="03"),
    "CFDI40107": of_comprobante("iva_16", sub_total=D("999.990")),
    "CFDI40108": of_comprobante("iva_16", sub_total=D("999.98")),
    "CFDI40109": with_no_amounts("T"),
    "CFDI40110": of_comprobante("discount", descuento=D("946.51")),
    "CFDI40111": of_comprobante("discount", descuento=None),
    "CFDI40112": of_comprobante("discount", descuento=D("100.000")),
    "CFDI40113": of_comprobante("iva_16", moneda="PESOS"),
    "CFDI40114": of_comprobante("iva_16", tipo_cambio=D("1.05")),
    "CFDI40115": of_comprobante("usd", tipo_cambio=None),
    "CFDI40116": of_comprobante("iva_16", moneda="XXX", tipo_cambio=D(1)),
    "CFDI40117": of_comprobante("usd", tipo_cambio=D("18.1234567")),
    "CFDI40119": of_comprobante("iva_included", total=D("944.99")),
    "CFDI40121": of_comprobante("iva_16", tipo_de_comprobante="X"),
    "CFDI40124": of_comprobante("iva_16", metodo_pago="MSI"),
    "CFDI40125": with_no_amounts("P"),
    "CFDI40126": of_comprobante("iva_16", lugar_expedicion="00000"),
    "CFDI40140": of_emisor("iva_16", regimen_fiscal="609"),
    "CFDI40141": of_emisor("iva_16", regimen_fiscal="612"),
    "CFDI40143": of_receptor("iva_16", rfc="URE189929TM6"),
    "CFDI40144": of_receptor("iva_16", nombre=""),
    "CFDI40146": of_receptor("iva_16", nombre="PUBLICO EN GENERAL"),
    "CFDI40147": of_receptor("iva_16", domicilio_fiscal="00001"),
    "CFDI40149": of_receptor("factura_global", domicilio_fiscal="86991"),
    "CFDI40150": of_receptor("iva_16", residencia_fiscal="QQQ"),
    "CFDI40151": of_receptor("iva_16", residencia_fiscal="USA"),
    "CFDI40153": of_receptor("iva_16", residencia_fiscal="MEX"),
    "CFDI40154": of_receptor("iva_16", num_reg_id_trib="123456789"),
    "CFDI40157": of_receptor("iva_16", regimen_fiscal="628"),
    "CFDI40158": of_receptor("iva_16", regimen_fiscal="612"),
    "CFDI40159": of_receptor("factura_global", regimen_fiscal="612"),
    "CFDI40160": of_receptor("iva_16", uso_cfdi="P01"),
    "CFDI40161": of_receptor("factura_global", uso_cfdi="G03"),
    "CFDI40162": of_first_concepto("iva_16", clave_prod_serv="00000000"),
    "CFDI40165": of_first_concepto("iva_16", clave_unidad="PZA"),
    "CFDI40166": of_first_concepto("iva_16", valor_unitario=D(0)),
    "CFDI40167": of_first_concepto("usd", importe=D("149.51"), valor_unitario=D("99.00")),
    "CFDI40168": of_first_concepto("discount", descuento=D("63.0745")),
    "CFDI40169": of_first_concepto("discount", descuento=D("597.01")),
    "CFDI40170": of_first_concepto("iva_16", objeto_imp="09"),
    "CFDI40171": of_first_concepto("iva_16", traslados=()),
    "CFDI40172": of_first_concepto("iva_16", objeto_imp="01"),
    "CFDI140226": of_first_concepto("iva_16", objeto_imp="06"),
    "CFDI140227": of_first_concepto("iva_16", objeto_imp="07"),
    "CFDI40174": of_first_traslado("iva_16", base=D("0.00")),
    "CFDI40175": of_first_traslado("iva_16", impuesto="001"),
    "CFDI40176": of_first_traslado("iva_16", tipo_factor="Porcentaje"),
    "CFDI40177": of_first_traslado("iva_16", tipo_factor="Exento"),
    "CFDI40178": of_first_traslado("iva_16", importe=None),
    "CFDI40179": of_first_traslado("iva_16", tasa_o_cuota=D("0.150000")),
    "CFDI40180": of_first_traslado("iva_16", importe=D("160.000000")),
    "CFDI40181": of_first_retencion(base=D(0)),
    "CFDI40182": of_first_retencion(impuesto="004"),
    "CFDI40183": of_first_retencion(tipo_factor="Porcentaje"),
    "CFDI40184": of_first_retencion(tipo_factor="Exento"),
    "CFDI40185": of_first_retencion(tasa_o_cuota=D("0.360000")),
    "CFDI40186": of_first_retencion(importe=D("187.60")),
    "CFDI40201": with_no_amounts("T"),
    "CFDI40202": of_impuestos("resico_retentions", total_impuestos_retenidos=D("1787.500")),
    "CFDI40203": of_impuestos("resico_retentions", total_impuestos_retenidos=D("1787.51")),
    "CFDI40204": of_impuestos("iva_16", total_impuestos_trasladados=D("160.000")),
    "CFDI40205": of_summary_traslado("iva_16", importe=D("159.99")),
    "CFDI40206": of_comprobante("iva_16", impuestos=None),
    "CFDI40207": of_impuestos("resico_retentions", retenciones=(ImpuestoRetenido("004", D("1787.50")),)),
    "CFDI40208": of_impuestos("resico_retentions", retenciones=TWO_WITHHELD),
    "CFDI40209": of_impuestos("resico_retentions", total_impuestos_retenidos=None),
    "CFDI40210": of_impuestos("resico_retentions", retenciones=(ImpuestoRetenido("001", D("187.500")),)),
    "CFDI40211": of_impuestos("resico_retentions", retenciones=(ImpuestoRetenido("001", D("187.51")),)),
    "CFDI40212": of_impuestos("iva_16", total_impuestos_trasladados=None),
    "CFDI40213": of_summary_traslado("mixed_16_0_exento", 2, tasa_o_cuota=D("0.000000")),
    "CFDI40214": of_summary_traslado("iva_16", base=D("999.990")),
    "CFDI40215": of_summary_traslado("iva_16", base=D("1000.00")),
    "CFDI40217": of_summary_traslado("iva_16", impuesto="001"),
    "CFDI40218": of_impuestos("iva_16", traslados=(Traslado(D("999.99"), "002", "Tasa", D("0.16"), D("160.00")),) * 2),
    "CFDI40220": of_summary_traslado("iva_16", importe=D("160.000")),
    "CFDI40221": of_summary_traslado("iva_16", importe=D("159.99")),
}


@pytest.mark.parametrize("code", BROKEN)
def test_the_change_breaks_the_rule(code):
    assert code in {violation.code for violation in check(BROKEN[code])}


@pytest.mark.parametrize("code", ONLY_ONE_BROKEN)
def test_the_change_breaks_no_other_rule(code):
    assert [violation.code for violation in check(ONLY_ONE_BROKEN[code])] == [code]


@pytest.mark.parametrize(("code", "comprobante"), OF_ONE_TYPE, ids=[code for code, _ in OF_ONE_TYPE])
def test_what_a_type_of_document_forbids_is_the_only_finding(code, comprobante):
    assert [violation.code for violation in check(comprobante)] == [code]


@pytest.mark.parametrize("name", GOOD)
def test_what_the_rules_allow_passes(name):
    assert check(GOOD[name]) == ()


def test_a_period_is_of_a_global_only():
    period = document("factura_global").informacion_global

    assert [v.code for v in check(of_comprobante("iva_16", informacion_global=period))] == ["CFDI40130"]


@pytest.mark.parametrize("anio", ["MMXXVI", "", "2027"])
def test_an_odd_year_is_a_finding_not_an_error(anio):
    assert [v.code for v in check(of_global(anio=anio))] == ["CFDI40136"]


def test_every_rule_is_seen_to_fail():
    rules = [*of_document.all, *of_concepto.all, *of_traslado.all, *of_retencion.all]

    assert {rule.code for rule in rules} == set(BROKEN)


def test_a_salary_earner_cannot_use_gastos_en_general():
    comprobante = of_receptor("iva_16", rfc="GODE561231GR8", regimen_fiscal="605", uso_cfdi="G03")

    (violation,) = check(comprobante)

    assert (violation.code, violation.kind, violation.field) == ("CFDI40161", "buyer", "receptor.uso_cfdi")


def test_a_violation_points_at_the_row():
    fields = {violation.field for violation in check(of_first_traslado("iva_included", importe=D("68.900000")))}

    assert "conceptos[0].traslados[0].importe" in fields


def test_a_tax_with_two_decimals_has_a_cent_of_tolerance_but_not_with_six():
    assert "CFDI40180" not in {v.code for v in check(of_first_traslado("usd", importe=D("15.85")))}
    assert "CFDI40180" in {v.code for v in check(of_first_traslado("usd", importe=D("15.850000")))}
