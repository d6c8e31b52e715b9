"""`hub check` asks whether an issuer with IVA at 8 % is in a border region at all."""

from datetime import date

import pytest

from hub.cli.border import border_finding, charges_border_rate
from hub.config import IssuerSettings

TIJUANA, CHETUMAL, MEXICO = "22000", "77000", "06600"
KNOWN, LATER = date(2025, 12, 31), date(2026, 1, 1)
RULE = {"match": "*", "clave_prod_serv": "53103000"}
WITHHELD = {"tax": "IVA", "rate": "0.08", "withheld": True}


def issuer(**more):
    taxpayer = {"rfc": "EKU9003173C9", "nombre": "ESCUELA KEMPER URGATE", "regimen_fiscal": "601"}
    csd = {"certificate": b"x", "private_key": b"x", "password": "x"}
    return IssuerSettings.model_validate({**taxpayer, "codigo_postal": MEXICO, "csd": csd, "pac": "principal", **more})


@pytest.mark.parametrize(
    ("more", "charges"),
    [
        ({}, False),
        ({"product": {"iva": "0.08"}}, True),
        ({"products": [{**RULE, "iva": "0.16"}, {**RULE, "iva": "8%"}]}, True),
        ({"products": [RULE, {**RULE, "ieps": "0.08"}]}, False),
        ({"products": [{**RULE, "taxes": [{"tax": "IVA", "rate": "0.16"}, WITHHELD]}]}, False),
    ],
)
def test_only_iva_at_8_percent_is_asked_about(more, charges):
    assert charges_border_rate(issuer(**more)) is charges


@pytest.mark.parametrize(
    ("postcode", "day", "ok", "says", "hint"),
    [
        (TIJUANA, KNOWN, True, "border region norte", ""),
        (CHETUMAL, KNOWN, True, "border region sur", ""),
        (TIJUANA, LATER, True, "border region norte", "ask your tax advisor"),
        (MEXICO, KNOWN, False, "SAT marks 06600 as no border region", "take iva 0.16"),
    ],
)
def test_the_postcode_tells(postcode, day, ok, says, hint):
    finding = border_finding(issuer(codigo_postal=postcode), day)

    assert finding.ok is ok
    assert says in finding.says
    assert hint in finding.hint
    assert bool(finding.hint) is bool(hint)
