"""The short way of the schema: whatever it accepts, the whole schema of SAT accepts; it knows what the hub writes.

`HUB_EXHAUSTIVE=1 pytest tests/cfdi/test_schema_expression.py` shows every accepted change to SAT's schema.
"""

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.cfdi import validate_full
from hub.cfdi.schema_expression import is_surely_valid
from tests.support.odd_documents import good_documents
from tests.support.whole_documents import whole_ingreso, whole_recibo, written
from tests.support.worked_examples import EXAMPLES, document
from tests.support.xml_mutants import mutants

DOCUMENTS = {
    "ingreso": written(whole_ingreso()),
    "recibo": written(whole_recibo()),
    "global": written(document("factura_global")),
    "iva_16": written(document("iva_16")),
    "exento": written(document("mixed_16_0_exento")),
}
ONE_IN = 1 if os.environ.get("HUB_EXHAUSTIVE") else 15
"""How many of the accepted changes are shown to SAT's schema, which takes five milliseconds for each."""
CADENA = re.compile("CertPago=")


def accepts(text):
    return is_surely_valid(text.encode(errors="surrogatepass"))


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_is_accepted_after_any_single_change_is_valid_to_sat(text):
    accepted = sorted({mutant for mutant in mutants(text) if accepts(mutant)})

    assert len(accepted) > 500
    assert [mutant for mutant in accepted[::ONE_IN] if validate_full(mutant.encode())] == []


def test_nearly_every_change_is_left_to_libxml2():
    changed = list(mutants(DOCUMENTS["iva_16"]))

    assert sum(map(accepts, changed)) * 5 < len(changed)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_changes_that_are_accepted_are_valid_to_sat(data):
    text = data.draw(st.sampled_from(sorted(DOCUMENTS.values())))
    start = text.index(" Version=")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(start, len(text)))
        upto = data.draw(st.integers(at, min(at + 3, len(text))))
        new = data.draw(st.text(st.sampled_from(" \"'<>&=/|.0129TZ-aÑñ\n\t\x07\ufffe한"), max_size=3))
        text = text[:at] + new + text[upto:]

    assert not accepts(text) or validate_full(text.encode()) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_short_way_knows_every_worked_example(name):
    assert accepts(written(document(name)))


def test_the_short_way_knows_all_that_the_hub_writes_but_the_cadenas_of_banks():
    unknown = [text for text in map(written, good_documents()) if not accepts(text)]

    assert all(CADENA.search(text) for text in unknown)
    assert len(unknown) * 5 < len(good_documents())


@pytest.mark.parametrize("text", ["Tornillos & tuercas", 'Tubo 1/2"', "<acero>"])
def test_what_needs_escaping_is_left_to_libxml2(text):
    escaped = written(document("iva_16")._replace(condiciones_de_pago=text))

    assert not accepts(escaped)
    assert validate_full(escaped.encode()) == ()


def test_bytes_that_are_no_utf_8_are_not_accepted():
    assert not is_surely_valid(DOCUMENTS["iva_16"].encode("latin-1").replace(b"EKU", b"\xff"))
    assert not is_surely_valid(DOCUMENTS["iva_16"].encode("utf-16"))
