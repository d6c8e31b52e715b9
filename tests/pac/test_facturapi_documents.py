"""What the hub seals, Facturapi writes again: through its JSON nothing is lost, and what differs is refused before."""

import json
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest

from hub.cfdi import InformacionGlobal, read, seal
from hub.plugin import DataError, exact_json
from pac_providers.facturapi.model import invoice
from pac_providers.facturapi.testing import ORGANIZATION
from pac_providers.facturapi.testing_xml import cfdi
from tests.support.pacs import documents

ZONE = ZoneInfo("America/Mexico_City")
NOT_CARRIED = {
    "receipt_dollars_paid_in_pesos": "as Monto",
    "receipt_pesos_paid_in_dollars": "as Monto",
    "ieps_and_iva_included": "a total of 369.00 or 369.01",
    "resico_retentions": "a total of 15612.49 or 15612.50",
}
DOCUMENTS = documents()


def through_the_json(document, csd, **known):
    body = invoice(seal(document, csd).xml, key="tienda-A-1", zone=ZONE, **known)
    return json.loads(exact_json(body), parse_float=str)


def in_cents(value):
    """Amounts as Facturapi may write them: with other decimals than the hub, and equal to the cent."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if isinstance(value, tuple):
        return tuple(map(in_cents, value))
    return [in_cents(one) for one in value] if isinstance(value, list) else value


def fiscal(document):
    """The document without seal, and without the sums over payments, which the fake does not compute."""
    pagos = document.pagos and [pago._replace(retenciones_p=(), traslados_p=()) for pago in document.pagos.pagos]
    return in_cents(document._replace(sello="", no_certificado="", certificado="", pagos=pagos))


@pytest.mark.parametrize("name", sorted(DOCUMENTS.keys() - NOT_CARRIED.keys()))
def test_every_document_comes_back_as_it_was(escuela_csd, name):
    document = DOCUMENTS[name]._replace(folio="7")
    order = through_the_json(document, escuela_csd)
    assert fiscal(read(cfdi(order, ORGANIZATION, ZONE))) == fiscal(document)


@pytest.mark.parametrize("name", sorted(NOT_CARRIED))
def test_some_documents_are_refused_with_the_reason(escuela_csd, name):
    with pytest.raises(DataError, match=NOT_CARRIED[name]):
        through_the_json(DOCUMENTS[name]._replace(folio="7"), escuela_csd)


@pytest.mark.parametrize("name", ["ieps_and_iva_included", "resico_retentions"])
def test_once_it_is_known_where_facturapi_rounds_they_are_carried(escuela_csd, name):
    document = DOCUMENTS[name]._replace(folio="7")
    order = through_the_json(document, escuela_csd, rounds="at_the_end")
    assert read(cfdi(order, ORGANIZATION, ZONE)).total == document.total
    with pytest.raises(DataError, match="would compute a total"):
        through_the_json(document, escuela_csd, rounds="by_tax")


def changed(name, **changes):
    return DOCUMENTS[name]._replace(folio="7", **changes)


FIRST = DOCUMENTS["iva_16"].conceptos[0]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed("iva_16", confirmacion="ECVH1"), "Comprobante Confirmacion"),
        (changed("iva_16", tipo_de_comprobante="T"), "TipoDeComprobante T"),
        (changed("iva_16")._replace(folio="A-7"), "whole numbers only as Folio"),
        (changed("egreso", metodo_pago="PPD"), "egreso"),
        (changed("imported_goods", tipo_de_comprobante="E"), "no CuentaPredial"),
        (changed("egreso", condiciones_de_pago="30 días"), "Comprobante CondicionesDePago"),
        (changed("foreign_buyer", lugar_expedicion="06600"), "buyer abroad"),
        (changed("iva_16", conceptos=(FIRST._replace(importe=Decimal("1200.00")),)), "as Importe"),
        (changed("factura_global", informacion_global=InformacionGlobal("06", "01", "2026")), "Periodicidad 06"),
        (changed("receipt", receptor=DOCUMENTS["receipt"].receptor._replace(uso_cfdi="G03")), "of a receipt itself"),
    ],
)
def test_what_facturapi_cannot_carry_is_refused(escuela_csd, document, said):
    with pytest.raises(DataError, match=said):
        through_the_json(document, escuela_csd)
