"""`hub check` proves writing back where it is switched on: columns and permission, before the first sale."""

import pytest

from connectors.airtable.testing import FakeAirtable
from hub.cli.check import proofs
from tests.support.world import world

TYPES = {"folio": "singleLineText", "fecha": "date", "total": "currency"}


@pytest.mark.parametrize(
    ("more", "write_back", "expected"),
    [
        ({"cfdi_estado": "singleLineText"}, True, (True, "Ventas: cfdi_estado can be written")),
        ({}, True, (False, "table 'Ventas': there is no column to write to")),
        ({}, False, None),
    ],
)
def test_check_names_what_writing_back_needs(tmp_path, more, write_back, expected):
    fake = FakeAirtable()
    fake.table("Ventas", TYPES | more)
    with fake.serving() as url:
        source = {
            "use": "airtable",
            "issuer": "tienda",
            "every": "1 hour",
            "start": "2026-01-01",
            "write_back": write_back,
            "token": fake.token,
            "base": fake.base,
            "table": "Ventas",
            "api_url": url,
        }
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", sources={"filas": source}) as made:
            proof = {one.what: one for one in proofs(made.flow)}.get("write-back filas")
            found = proof.find() if proof else None

    assert (found is None) == (expected is None)
    if expected and found:
        assert found.ok is expected[0]
        assert found.says.startswith(expected[1])
