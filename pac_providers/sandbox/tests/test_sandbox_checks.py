"""For each code of the matriz de errores one document that breaks only that rule."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from hub.plugin import Rejected, Stamped
from pac_providers.sandbox import checks
from pac_providers.sandbox.checks.regimen_uso import regimen_fits, uso_fits
from pac_providers.sandbox.padron import TEST_TAXPAYERS, Taxpayer
from pac_providers.sandbox.tests.documents import Document, csd, invoice

CONCEPTO = "Conceptos/Concepto"
TAXES = f"{CONCEPTO}/Impuestos"
TRASLADO = f"{TAXES}/Traslados/Traslado"
SUMMARY = "Impuestos"
ROW = f"{SUMMARY}/Traslados/Traslado"
ABROAD = (
    "EXPEDICIÓN DE CFDI POR RESIDENTES EN MÉXICO QUE PRESTAN SERVICIOS DE INTERMEDIACIÓN ENTRE TERCEROS A OFERENTES "
    "DE BIENES Y SERVICIOS RESIDENTES EN EL EXTRANJERO"
)
RETENTION = '<cfdi:Retencion Base="999.99" Impuesto="{}" TipoFactor="{}" TasaOCuota="{}" Importe="{}"/>'


def discounted() -> Document:
    """100.00 off the 999.99."""
    return (
        invoice()
        .set(Descuento="100.00", Total="1043.99")
        .set(CONCEPTO, Descuento="100.00")
        .set(TRASLADO, Base="899.99", Importe="143.998400")
        .set(SUMMARY, TotalImpuestosTrasladados="144.00")
        .set(ROW, Base="899.99", Importe="144.00")
    )


def untaxed(objeto_imp: str = "01") -> Document:
    return invoice().set(Total="999.99").set(CONCEPTO, ObjetoImp=objeto_imp).remove(TAXES).remove(SUMMARY)


def exempt() -> Document:
    return (
        invoice()
        .set(Total="999.99")
        .set(TRASLADO, TipoFactor="Exento", TasaOCuota=None, Importe=None)
        .set(SUMMARY, TotalImpuestosTrasladados=None)
        .set(ROW, TipoFactor="Exento", TasaOCuota=None, Importe=None)
    )


def dollars() -> Document:
    return invoice().set(Moneda="USD", TipoCambio="17.7331")


def retained(impuesto: str = "001", factor: str = "Tasa", tasa: str = "0.100000", importe: str = "100.00") -> Document:
    """ISR of 10 % is retained."""
    retenciones = f"<cfdi:Retenciones>{RETENTION.format(impuesto, factor, tasa, importe)}</cfdi:Retenciones>"
    summary = f'<cfdi:Retenciones><cfdi:Retencion Impuesto="{impuesto}" Importe="100.00"/></cfdi:Retenciones>'
    return (
        invoice()
        .set(Total="1059.99")
        .add(TAXES, retenciones)
        .set(SUMMARY, TotalImpuestosRetenidos="100.00")
        .add(SUMMARY, summary, index=0)
    )


def public(**receptor: str) -> Document:
    """A factura global."""
    period = invoice().root.get("Fecha")[:7].split("-")
    texts = {"Rfc": "XAXX010101000", "Nombre": "PUBLICO EN GENERAL", "DomicilioFiscalReceptor": "42501",
             "RegimenFiscalReceptor": "616", "UsoCFDI": "S01"}  # fmt: skip
    node = f'<cfdi:InformacionGlobal Periodicidad="04" Meses="{period[1]}" Año="{period[0]}"/>'
    return invoice().set("Receptor", **texts | receptor).add("", node, index=0)


def foreigner(**receptor: str) -> Document:
    texts = {"Rfc": "XEXX010101000", "Nombre": "FOREIGN TEST CLIENT", "DomicilioFiscalReceptor": "42501",
             "RegimenFiscalReceptor": "616", "UsoCFDI": "S01"}  # fmt: skip
    return invoice().set("Receptor", **texts | receptor)


def transfer() -> Document:
    """A CFDI de traslado."""
    return (
        untaxed()
        .set(TipoDeComprobante="T", FormaPago=None, MetodoPago=None, SubTotal="0", Total="0", Moneda="XXX")
        .set("Receptor", UsoCFDI="S01")
        .set(CONCEPTO, ValorUnitario="0", Importe="0")
    )


def receptor(rfc: str, **changes: str) -> Document:
    """One of the built-in taxpayers."""
    person = next(person for person in TEST_TAXPAYERS if person.rfc == rfc)
    texts = {"Rfc": rfc, "Nombre": person.nombre, "DomicilioFiscalReceptor": person.codigo_postal,
             "RegimenFiscalReceptor": person.regimenes[0], "UsoCFDI": "S01"}  # fmt: skip
    return invoice().set("Receptor", **texts | changes)


def on_account_of(**changes: str) -> Document:
    """Sold on commission."""
    node = (
        '<cfdi:ACuentaTerceros RfcACuentaTerceros="XIA190128J61" NombreACuentaTerceros="XENON INDUSTRIAL ARTICLES"'
        ' RegimenFiscalACuentaTerceros="601" DomicilioFiscalACuentaTerceros="76343"/>'
    )
    return invoice().add(CONCEPTO, node).set(f"{CONCEPTO}/ACuentaTerceros", **changes)


def with_parte(**changes: str) -> Document:
    """Two sleeves belong to it."""
    node = (
        '<cfdi:Parte ClaveProdServ="53101604" Cantidad="2" Descripcion="Manga" ValorUnitario="10.00" Importe="20.00"/>'
    )
    return invoice().add(CONCEPTO, node).set(f"{CONCEPTO}/Parte", **changes)


VALID = {
    "plain": invoice,
    "on commission": on_account_of,
    "on commission for a seller abroad": lambda: on_account_of(
        RfcACuentaTerceros="EXT990101NI1",
        NombreACuentaTerceros=ABROAD,
        RegimenFiscalACuentaTerceros="616",
        DomicilioFiscalACuentaTerceros="42501",
    ),
    "on commission for somebody unknown": lambda: on_account_of(RfcACuentaTerceros="CPX200101AB1"),
    "of parts": with_parte,
    "of parts without a price": lambda: with_parte(ValorUnitario=None, Importe=None),
    "discount": discounted,
    "no tax object": untaxed,
    "object 03": lambda: untaxed("03"),
    "object 06": lambda: untaxed("06"),
    "exempt": exempt,
    "foreign currency": dollars,
    "retention": retained,
    "global": public,
    "foreign receptor": foreigner,
    "public by another name": lambda: public(Nombre="CLIENTE SIN RFC").remove("InformacionGlobal"),
    "transfer": transfer,
    "ampersand and Ñ in the RFC": lambda: receptor("P&P170910GH6"),
    "salaried person": lambda: receptor("PEPD900215B21", UsoCFDI="D01"),
    "zero rate": lambda: (
        invoice()
        .set(Total="999.99")
        .set(TRASLADO, TasaOCuota="0.000000", Importe="0.00")
        .set(SUMMARY, TotalImpuestosTrasladados="0.00")
        .set(ROW, TasaOCuota="0.000000", Importe="0.00")
    ),
    "amount at the edge of its limits": lambda: invoice().set(TRASLADO, Importe="159.997600"),
}

BROKEN = {
    "301": lambda: invoice().set("Emisor", Rfc="NOT AN RFC"),
    "CFDI40103": lambda: transfer().set(FormaPago="01"),
    "CFDI40104": lambda: invoice().set(FormaPago="98"),
    "CFDI40105": lambda: invoice().set(MetodoPago="PPD"),
    "CFDI40107": lambda: invoice().set(SubTotal="999.990"),
    "CFDI40108": lambda: invoice().set(SubTotal="999.98", Total="1159.98"),
    "CFDI40109": lambda: transfer().set(SubTotal="1", Total="1"),
    "CFDI40110": lambda: discounted().set(Descuento="1000.00", Total="143.99"),
    "CFDI40111": lambda: discounted().set(Descuento=None, Total="1143.99"),
    "CFDI40112": lambda: discounted().set(Descuento="100.000"),
    "CFDI40113": lambda: invoice().set(Moneda="ZZZ", TipoCambio="2"),
    "CFDI40114": lambda: invoice().set(TipoCambio="1.0"),
    "CFDI40115": lambda: dollars().set(TipoCambio=None),
    "CFDI40116": lambda: transfer().set(TipoCambio="1"),
    "CFDI40117": lambda: dollars().set(TipoCambio="+17.7331"),
    "CFDI40119": lambda: invoice().set(Total="1159.98"),
    "CFDI40121": lambda: invoice().set(TipoDeComprobante="X"),
    "CFDI40122": lambda: invoice().set(Exportacion="02"),
    "CFDI40123": lambda: invoice().set(Exportacion="09"),
    "CFDI40124": lambda: invoice().set(MetodoPago="PIP"),
    "CFDI40125": lambda: transfer().set(MetodoPago="PUE"),
    "CFDI40126": lambda: invoice().set(LugarExpedicion="00001"),
    "CFDI40127": lambda: invoice().set(Confirmacion="ECVH1"),
    "CFDI40130": lambda: public().remove("InformacionGlobal"),
    "CFDI40131": lambda: public().set("InformacionGlobal", Periodicidad="09"),
    "CFDI40132": lambda: public().set("InformacionGlobal", Periodicidad="05", Meses="13"),
    "CFDI40133": lambda: public().set("InformacionGlobal", Meses="19"),
    "CFDI40134": lambda: public().set("InformacionGlobal", Meses="13"),
    "CFDI40135": lambda: public().set("InformacionGlobal", Periodicidad="05").set("Emisor", RegimenFiscal="621"),
    "CFDI40136": lambda: public().set("InformacionGlobal", Año="2019"),
    "CFDI40137": lambda: invoice().add(
        "",
        '<cfdi:CfdiRelacionados TipoRelacion="08"><cfdi:CfdiRelacionado UUID="6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11"/>'
        "</cfdi:CfdiRelacionados>",
        index=0,
    ),
    "CFDI40138": lambda: invoice().set("Emisor", Nombre="ESCUELA KEMPER URGATE SA DE CV"),
    "CFDI40139": lambda: invoice().set("Emisor", Nombre="XENON INDUSTRIAL ARTICLES"),
    "CFDI40140": lambda: invoice().set("Emisor", RegimenFiscal="609"),
    "CFDI40141": lambda: invoice().set("Emisor", RegimenFiscal="612"),
    "CFDI40143": lambda: invoice().set("Receptor", Rfc="CPX200101AB1"),
    "CFDI40144": lambda: invoice().set("Receptor", Nombre="UNIVERSIDAD ROBOTICA ESPANOLA"),
    "CFDI40145": lambda: invoice().set("Receptor", Nombre="XOCHILT CASAS CHAVEZ"),
    "CFDI40146": lambda: invoice().set("Receptor", Nombre="PUBLICO EN GENERAL"),
    "CFDI40147": lambda: invoice().set("Receptor", DomicilioFiscalReceptor="00001"),
    "CFDI40148": lambda: invoice().set("Receptor", DomicilioFiscalReceptor="42501"),
    "CFDI40149": lambda: public(DomicilioFiscalReceptor="86991"),
    "CFDI40150": lambda: foreigner(ResidenciaFiscal="QQQ"),
    "CFDI40151": lambda: invoice().set("Receptor", ResidenciaFiscal="USA"),
    "CFDI40152": lambda: foreigner(ResidenciaFiscal="MEX"),
    "CFDI40153": lambda: foreigner(NumRegIdTrib="123456789"),
    "CFDI40154": lambda: invoice().set("Receptor", NumRegIdTrib="123456789"),
    "CFDI40155": lambda: foreigner(ResidenciaFiscal="USA", NumRegIdTrib="123456789"),
    "CFDI40157": lambda: invoice().set("Receptor", RegimenFiscalReceptor="609"),
    "CFDI40158": lambda: invoice().set("Receptor", RegimenFiscalReceptor="612"),
    "CFDI40159": lambda: public(RegimenFiscalReceptor="601"),
    "CFDI40160": lambda: invoice().set("Receptor", UsoCFDI="P01"),
    "CFDI40161": lambda: receptor("PEPD900215B21", UsoCFDI="G03"),
    "CFDI40162": lambda: invoice().set(CONCEPTO, ClaveProdServ="99999999"),
    "CFDI40165": lambda: invoice().set(CONCEPTO, ClaveUnidad="ZZZZ"),
    "CFDI40166": lambda: untaxed().copy_of(CONCEPTO, ValorUnitario="0", Importe="0"),
    "CFDI40167": lambda: invoice().set(CONCEPTO, Cantidad="30.00"),
    "CFDI40168": lambda: discounted().set(CONCEPTO, Descuento="100.0000"),
    "CFDI40169": lambda: discounted().set(Descuento="999.99", Total="144.00")
    .set(CONCEPTO, Descuento="0.00")
    .copy_of(CONCEPTO, Importe="0.00", Descuento="999.99", Cantidad="0.000001"),
    "CFDI40170": lambda: untaxed("99"),
    "CFDI40171": lambda: untaxed("02"),
    "CFDI40172": lambda: invoice().set(CONCEPTO, ObjetoImp="01"),
    "CFDI40173": lambda: untaxed("02").add(CONCEPTO, "<cfdi:Impuestos/>"),
    "CFDI140226": lambda: invoice().set(CONCEPTO, ObjetoImp="06"),
    "CFDI140227": lambda: invoice().set(CONCEPTO, ObjetoImp="07"),
    "CFDI40175": lambda: invoice().set(TRASLADO, Impuesto="009"),
    "CFDI40176": lambda: invoice().set(TRASLADO, TipoFactor="Parte"),
    "CFDI40177": lambda: exempt().set(TRASLADO, Importe="0.00"),
    "CFDI40178": lambda: invoice().set(TRASLADO, TasaOCuota=None),
    "CFDI40179": lambda: invoice().set(TRASLADO, TasaOCuota="0.150000", Importe="149.998500"),
    "CFDI40180": lambda: invoice().set(TRASLADO, Importe="159.990000"),
    "CFDI40182": lambda: retained(impuesto="009"),
    "CFDI40183": lambda: retained(factor="Parte"),
    "CFDI40184": lambda: retained(factor="Exento"),
    "CFDI40185": lambda: retained(tasa="0.400000", importe="400.00"),
    "CFDI40186": lambda: retained(importe="100.02"),
    "CFDI40187": lambda: on_account_of(RfcACuentaTerceros="CSP150101LM5"),
    "CFDI40188": lambda: on_account_of(RfcACuentaTerceros="URE180429TM6"),
    "CFDI40190": lambda: on_account_of(NombreACuentaTerceros="OTRO NOMBRE"),
    "CFDI40191": lambda: on_account_of(RegimenFiscalACuentaTerceros="609"),
    "CFDI40192": lambda: on_account_of(DomicilioFiscalACuentaTerceros="00001"),
    "CFDI40193": lambda: on_account_of(DomicilioFiscalACuentaTerceros="42501"),
    "CFDI140223": lambda: on_account_of(
        RfcACuentaTerceros="EXT990101NI1", NombreACuentaTerceros=ABROAD, DomicilioFiscalACuentaTerceros="42501"
    ),
    "CFDI40196": lambda: with_parte(ClaveProdServ="99999999"),
    "CFDI40197": lambda: with_parte(ValorUnitario="0.00", Importe="0.00"),
    "CFDI40198": lambda: with_parte(Importe="40.00"),
    "CFDI40201": lambda: transfer().add("", "<cfdi:Impuestos/>"),
    "CFDI40202": lambda: retained().set(SUMMARY, TotalImpuestosRetenidos="100.000"),
    "CFDI40203": lambda: retained().set(SUMMARY, TotalImpuestosRetenidos="100.01").set(Total="1059.98"),
    "CFDI40204": lambda: invoice().set(SUMMARY, TotalImpuestosTrasladados="160.000"),
    "CFDI40205": lambda: invoice().set(SUMMARY, TotalImpuestosTrasladados="159.99").set(Total="1159.98"),
    "CFDI40206": lambda: retained().set(SUMMARY, TotalImpuestosRetenidos=None).set(Total="1159.99"),
    "CFDI40207": lambda: retained()
    .set(f"{SUMMARY}/Retenciones/Retencion", Impuesto="009"),
    "CFDI40208": lambda: retained()
    .set(f"{SUMMARY}/Retenciones/Retencion", Importe="50.00")
    .copy_of(f"{SUMMARY}/Retenciones/Retencion"),
    "CFDI40210": lambda: retained().set(f"{SUMMARY}/Retenciones/Retencion", Importe="100.000"),
    "CFDI40211": lambda: retained()
    .set(f"{SUMMARY}/Retenciones/Retencion", Importe="100.01")
    .set(SUMMARY, TotalImpuestosRetenidos="100.01")
    .set(Total="1059.98"),
    "CFDI40212": lambda: exempt().set(SUMMARY, TotalImpuestosTrasladados="0"),
    "CFDI40213": lambda: exempt().set(ROW, Importe="0"),
    "CFDI40214": lambda: invoice().set(ROW, Base="999.990"),
    "CFDI40215": lambda: invoice().set(ROW, Base="999.98"),
    "CFDI40216": lambda: exempt().set(ROW, Base="999.98"),
    "CFDI40217": lambda: invoice().set(ROW, Impuesto="009"),
    "CFDI40218": lambda: invoice().set(ROW, Importe="80.00").copy_of(ROW),
    "CFDI40219": lambda: invoice().set(ROW, TasaOCuota="0.150000"),
    "CFDI40220": lambda: invoice().set(ROW, Importe="160.000"),
    "CFDI40221": lambda: invoice()
    .set(ROW, Importe="159.99")
    .set(SUMMARY, TotalImpuestosTrasladados="159.99")
    .set(Total="1159.98"),
}  # fmt: skip


@pytest.mark.parametrize("document", VALID.values(), ids=VALID.keys())
def test_a_valid_document_is_stamped(pac, document):
    answer = pac.stamp(document().sealed())
    assert isinstance(answer, Stamped), answer


@pytest.mark.parametrize(("code", "document"), BROKEN.items(), ids=BROKEN.keys())
def test_a_document_that_breaks_one_rule_is_refused_with_its_code(pac, code, document):
    answer = pac.stamp(document().sealed())
    assert isinstance(answer, Rejected)
    assert (answer.code, bool(answer.message)) == (code, True)


def test_every_rule_has_a_document_that_breaks_it():
    modules = (checks.header, checks.informacion_global, checks.conceptos, checks.concepto_taxes, checks.summary,
               checks.parties, checks.terceros)  # fmt: skip
    codes = {code for module in modules for code in module.rules.codes}
    assert codes - set(BROKEN) == {"402"}


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"not XML",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + etree.tostring(invoice().root),
        etree.tostring(invoice().root, encoding="UTF-16"),
    ],
    ids=["empty", "text", "other root", "doctype", "UTF-16"],
)
def test_what_is_no_cfdi_is_301(pac, xml):
    assert pac.stamp(xml).code == "301"


@pytest.mark.parametrize(
    ("code", "made_by"),
    [
        ("303", {"rfc": "XIA190128J61"}),
        ("304", {"valid_days": (-60, -1)}),
        ("305", {"valid_days": (1, 60)}),
        ("306", {"efirma": True}),
        ("308", {"authority": "AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA"}),
        ("308", {"authority": "AUTORIDAD CERTIFICADORA"}),
    ],
)
def test_a_certificate_that_may_not_seal_is_refused(pac, code, made_by):
    document = invoice()
    document.csd = csd(**made_by)
    if code == "304":
        fecha = datetime.now(ZoneInfo("America/Mexico_City")) - timedelta(days=1, hours=1)
        document.set(Fecha=fecha.strftime("%Y-%m-%dT%H:%M:%S"))
    assert pac.stamp(document.sealed()).code == code


@pytest.mark.parametrize("authority", ["AC UAT", "A.C. 2 de pruebas(4096)", "AC DE PRUEBAS AUTOFACTURA HUB"])
def test_every_test_authority_is_accepted(pac, authority):
    document = invoice()
    document.csd = csd(authority=authority)
    assert isinstance(pac.stamp(document.sealed()), Stamped)


def test_a_number_that_is_not_the_certificates_is_refused(pac):
    assert pac.stamp(invoice().set(NoCertificado="30001000000500009999").sealed()).code == "CFDI40106"


def test_what_is_no_certificate_is_refused(pac):
    assert pac.stamp(invoice().set(Certificado="bm90aGluZw==").sealed()).code == "CFDI40106"


def test_a_change_after_sealing_is_noticed(pac):
    assert pac.stamp(invoice().sealed().replace(b"laptop", b"LAPTOP")).code == "CFDI40102"


@pytest.mark.parametrize("sello", ["***", "YWJj"], ids=["no base64", "too short"])
def test_a_malformed_seal_is_302(pac, sello):
    assert pac.stamp(invoice().sealed(sello=sello)).code == "302"


ZONES = {
    "42501": "America/Mexico_City",
    "22000": "America/Tijuana",
    "83000": "America/Hermosillo",
    "77500": "America/Cancun",
    "23000": "America/Hermosillo",
}


@pytest.mark.parametrize(("codigo_postal", "zone"), ZONES.items())
@pytest.mark.parametrize(
    ("age", "code"),
    [
        (timedelta(minutes=-2), "401"),
        (timedelta(minutes=1), None),
        (timedelta(hours=71, minutes=58), None),
        (timedelta(hours=72, minutes=2), "401"),
    ],
)
def test_fecha_is_judged_by_the_clock_of_the_place_of_issue(pac, codigo_postal, zone, age, code):
    fecha = (datetime.now(UTC) - age).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S")
    answer = pac.stamp(invoice().set(LugarExpedicion=codigo_postal, Fecha=fecha).sealed())
    assert getattr(answer, "code", None) == code


def test_the_operator_adds_taxpayers(open_pac):
    mine = Taxpayer(rfc="CPX200101AB1", nombre="MI CLIENTE DE PRUEBA", codigo_postal="06600")
    document = invoice().set(
        "Receptor", Rfc=mine.rfc, Nombre=mine.nombre, DomicilioFiscalReceptor="06600", RegimenFiscalReceptor="601"
    )
    assert isinstance(open_pac(padron=(mine,)).stamp(document.sealed()), Stamped)


def issued_by(rfc: str, nombre: str, csd_nombre: str) -> Document:
    document = invoice().set("Emisor", Rfc=rfc, Nombre=nombre)
    document.csd = csd(rfc, csd_nombre)
    return document


def test_a_suspended_issuer_may_not_issue(pac):
    nombre = "CONTRIBUYENTE SUSPENDIDO DE PRUEBA"
    assert pac.stamp(issued_by("CSP150101LM5", nombre, nombre).sealed()).code == "402"


@pytest.mark.parametrize("csd_nombre", ["TIENDA NUEVA", "TIENDA NUEVA SA DE CV", "TIENDA NUEVA, S. DE R.L. DE C.V."])
def test_an_issuer_that_the_padron_does_not_know_has_the_name_of_its_csd(pac, csd_nombre):
    assert isinstance(pac.stamp(issued_by("TNU200101AB1", "TIENDA NUEVA", csd_nombre).sealed()), Stamped)
    assert pac.stamp(issued_by("TNU200101AB1", "TIENDA VIEJA", csd_nombre).sealed()).code == "CFDI40138"


def test_the_built_in_taxpayers_are_formally_valid():
    alphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
    for person in TEST_TAXPAYERS:
        padded = person.rfc.rjust(13)
        total = sum(alphabet.index(char) * (13 - place) for place, char in enumerate(padded[:12]))
        assert padded[12] == {11: "0", 10: "A"}.get(11 - total % 11, str(11 - total % 11)), person
        assert all(regimen_fits(person.rfc, regimen) for regimen in person.regimenes), person


@pytest.mark.parametrize(
    ("regimen", "uso", "fits"),
    [
        ("601", "G03", True),
        ("601", "D01", False),
        ("605", "CN01", True),
        ("605", "G02", False),
        ("612", "D10", True),
        ("616", "G02", True),
        ("616", "G03", False),
        ("626", "I08", True),
        ("626", "D01", False),
        ("610", "S01", True),
        ("999", "S01", False),
    ],
)
def test_the_uso_must_suit_the_regimen(regimen, uso, fits):
    assert uso_fits(regimen, uso) is fits
