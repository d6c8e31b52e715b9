"""Whatever the core makes is the cadena of SAT's XSLT, valid under SAT's whole schema, and keeps the rules."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from satcfdi.cfdi import CFDI

from hub.cfdi import Csd, check, read, seal, to_xml, validate, validate_full, verify_seal
from hub.testing.csd import make_csd
from tests.support.any_document import documents
from tests.support.sat_xslt import sat_cadena
from tests.support.worked_examples import EXAMPLES, document
from tests.support.worked_payments import PAYMENTS, PESOS, complement, payment_of, receipt

ROOT = Path(__file__).parent.parent.parent
CFDIS = [ROOT / "hub/cfdi/pdf/sample.xml", *sorted((ROOT / "tests/fixtures/pdf").glob("*.xml"))]


@cache
def csd(rfc="EKU9003173C9"):
    made = make_csd(rfc, "PRUEBA")
    return Csd.load(made.cer, made.key, made.password)


@given(documents())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_document_is_sealed_as_sat_reads_it_and_valid(comprobante):
    sealed = seal(comprobante, csd())

    assert check(comprobante) == ()
    assert sealed.cadena == sat_cadena(sealed.xml) == CFDI.from_string(sealed.xml).cadena_original()
    assert validate(sealed.xml) == validate_full(sealed.xml) == ()
    assert verify_seal(sealed.xml).sello
    assert to_xml(read(sealed.xml)) == sealed.xml


@pytest.mark.parametrize("name", [*EXAMPLES, *PAYMENTS])
def test_every_worked_document_is_valid_under_sats_whole_schema(name):
    comprobante = (
        document(name) if name in EXAMPLES else receipt(payment_of(PESOS, "1.00"))._replace(pagos=complement(name))
    )
    sealed = seal(comprobante, csd(comprobante.emisor.rfc))

    assert validate_full(sealed.xml) == ()
    assert sealed.cadena == CFDI.from_string(sealed.xml).cadena_original()


@pytest.mark.parametrize("path", CFDIS, ids=lambda path: path.stem)
def test_every_cfdi_of_the_fixtures_is_valid_under_sats_whole_schema(path):
    assert validate_full(path.read_bytes()) == ()


def test_no_cfdi_of_the_fixtures_is_left_out():
    found = {p for folder in ("hub", "tests") for p in (ROOT / folder).rglob("*.xml") if b"/cfd/4" in p.read_bytes()}

    assert found == set(CFDIS)
