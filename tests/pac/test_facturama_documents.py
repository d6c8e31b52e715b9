"""What the hub seals, Facturama writes again: through its JSON nothing is lost and nothing is changed."""

import json

import pytest

from hub.cfdi import ACuentaTerceros, read, seal
from hub.plugin import DataError, exact_json
from pac_providers.facturama.model import invoice
from pac_providers.facturama.testing_xml import cfdi
from tests.support.pacs import documents

DOCUMENTS = documents()
(RELATED,) = DOCUMENTS["egreso"].cfdi_relacionados


def through_the_json(document, csd, *, names_issuer=True):
    body = invoice(seal(document, csd).xml, key="tienda-A-1", names_issuer=names_issuer)
    return json.loads(exact_json(body), parse_float=str)


def fiscal(document):
    """The document without seal, and without the sums over payments, which the fake does not compute."""
    pagos = document.pagos and [pago._replace(retenciones_p=(), traslados_p=()) for pago in document.pagos.pagos]
    return document._replace(sello="", no_certificado="", certificado="", pagos=pagos)


@pytest.mark.parametrize("name", sorted(DOCUMENTS.keys() - {"goods_of_parts"}))
def test_every_document_comes_back_as_it_was(escuela_csd, name):
    document = DOCUMENTS[name]._replace(folio="7")
    order = through_the_json(document, escuela_csd)
    assert fiscal(read(cfdi(order, order["Issuer"]))) == fiscal(document)


def test_api_web_takes_the_issuer_from_the_account(escuela_csd):
    order = through_the_json(DOCUMENTS["iva_16"], escuela_csd, names_issuer=False)
    assert "Issuer" not in order


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"confirmacion": "ECVH1"}, "Comprobante Confirmacion"),
        ({"tipo_de_comprobante": "T"}, "TipoDeComprobante T"),
        ({"emisor": DOCUMENTS["iva_16"].emisor._replace(fac_atr_adquirente="0123456789")}, "Emisor FacAtrAdquirente"),
        (
            {"cfdi_relacionados": (RELATED, RELATED._replace(tipo_relacion="07"))},
            "one TipoRelacion",
        ),
    ],
)
def test_what_facturama_cannot_carry_is_refused(escuela_csd, change, said):
    document = DOCUMENTS["iva_16"]._replace(**change)
    with pytest.raises(DataError, match=said):
        through_the_json(document, escuela_csd)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"</cfdi:Comprobante>", b"<cfdi:Addenda><a/></cfdi:Addenda></cfdi:Comprobante>", "Comprobante/Addenda"),
        (b"</cfdi:Concepto>", b"<cfdi:Parte/></cfdi:Concepto>", "Concepto/Parte"),
        (b"<cfdi:Complemento>", b'<cfdi:Complemento><x:y xmlns:x="urn:x"/>', "Complemento/{urn:x}y"),
        (b' FormaDePagoP="03"', b' FormaDePagoP="03" TipoCadPago="01"', "Pago TipoCadPago"),
        (b'Descripcion="Pago"', b'Descripcion="Otro"', "line of a receipt"),
    ],
)
def test_what_others_add_to_a_cfdi_is_refused_too(escuela_csd, before, after, said):
    name = "receipt" if b"Pago" in before or b"Complemento" in before else "sale_on_commission"
    sealed = seal(DOCUMENTS[name], escuela_csd)
    assert before in sealed.xml
    with pytest.raises(DataError) as refused:
        invoice(sealed.xml.replace(before, after), key="k", names_issuer=True)
    assert said in str(refused.value)


def test_parts_are_refused(escuela_csd):
    with pytest.raises(DataError, match="Concepto/Parte"):
        through_the_json(DOCUMENTS["goods_of_parts"], escuela_csd)


def test_a_tax_without_a_name_there_is_refused(escuela_csd):
    document = DOCUMENTS["ieps_tasa_and_cuota"]
    concepto = document.conceptos[0]
    odd = concepto.traslados[0]._replace(impuesto="001")
    wrong = document._replace(conceptos=(concepto._replace(traslados=(odd,)),))
    with pytest.raises(DataError, match="no name"):
        through_the_json(wrong, escuela_csd)


def test_exempt_is_not_the_rate_of_zero(escuela_csd):
    items = through_the_json(DOCUMENTS["mixed_16_0_exento"], escuela_csd)["Items"]
    named = {(tax["Name"], tax["Rate"]) for item in items for tax in item["Taxes"]}
    assert named == {("IVA", "0.160000"), ("IVA", "0.000000"), ("IVA Exento", 0)}


def test_a_principal_is_carried(escuela_csd):
    assert isinstance(DOCUMENTS["sale_on_commission"].conceptos[0].a_cuenta_terceros, ACuentaTerceros)
    (item, _) = through_the_json(DOCUMENTS["sale_on_commission"], escuela_csd)["Items"]
    assert item["ThirdPartyAccount"]["Rfc"] == "EXT990101NI1"
