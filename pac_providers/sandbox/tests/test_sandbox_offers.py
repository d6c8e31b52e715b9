"""What the sandbox offers beyond stamping: the CFDI that it keeps, the buyer's data, and issuers that are opened."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from hub.plugin import ConfigError, Fetched, InDoubtError, IssuerRegistration, NotFetched, Receiver
from pac_providers.sandbox.ledger import Issuer, Ledger
from pac_providers.sandbox.tests.cancelling import Issued
from pac_providers.sandbox.tests.documents import EMISOR, invoice

BUYER = Receiver("CPD190315CD5", "CLIENTE DE PRUEBA DOS", "64000", "626")
ISSUER = IssuerRegistration(EMISOR, "ESCUELA KEMPER URGATE", "601", "42501")


def test_a_cfdi_is_fetched_with_its_bytes(any_pac, ledger):
    reference = Issued.by(any_pac, invoice()).reference
    stamp = ledger.stamp_by_uuid(reference.uuid)
    assert any_pac.provider.fetch(any_pac.http, reference) == Fetched(stamp.xml)


def test_a_cfdi_that_it_did_not_stamp_for_this_issuer_or_not_show_yet_is_not_fetched(any_pac, behaviours):
    reference = Issued.by(any_pac, invoice()).reference
    behaviours.set("search_lag", times=1)
    for asked in (reference, replace(reference, uuid="6D5B6A04"), replace(reference, rfc_emisor="XIA190128J61")):
        found = any_pac.provider.fetch(any_pac.http, asked)
        assert isinstance(found, NotFetched)
        assert found.again_later


@pytest.mark.parametrize(
    ("changed", "verdict", "field"),
    [
        ({}, "matches", ""),
        ({"nombre": "", "codigo_postal": "", "regimen_fiscal": ""}, "matches", ""),
        ({"rfc": "CPX190315CD5"}, "differs", "rfc"),
        ({"nombre": "CLIENTE DE PRUEBA DOS SA DE CV"}, "differs", "nombre"),
        ({"codigo_postal": "06600"}, "differs", "codigo_postal"),
        ({"regimen_fiscal": "601"}, "differs", "regimen_fiscal"),
        ({"rfc": "XAXX010101000"}, "unknown", ""),
    ],
)
def test_a_buyers_data_are_compared_with_the_padron(any_pac, changed, verdict, field):
    said = any_pac.provider.check_receiver(any_pac.http, replace(BUYER, **changed))
    assert (said.verdict, said.field) == (verdict, field)
    assert bool(said.message) == (verdict != "matches")


def test_an_issuer_is_opened_and_its_data_are_replaced_without_its_csd(any_pac, ledger):
    with_csd = replace(ISSUER, certificate=b"cer", private_key=b"key")
    assert any_pac.provider.register_issuer(any_pac.http, with_csd) == f"the sandbox opened {EMISOR}"
    moved = replace(ISSUER, codigo_postal="06600")
    assert any_pac.provider.register_issuer(any_pac.http, moved) == f"the sandbox has new data of {EMISOR}"
    assert ledger.issuers() == [Issuer(EMISOR, "ESCUELA KEMPER URGATE", "601", "06600")]


def test_an_issuer_that_may_not_issue_is_not_opened(any_pac, ledger):
    with pytest.raises(ConfigError, match="402"):
        any_pac.provider.register_issuer(any_pac.http, replace(ISSUER, rfc="CSP150101LM5"))
    assert ledger.issuers() == []


def test_a_registration_whose_answer_is_lost_is_in_doubt(any_pac, behaviours, ledger):
    behaviours.set("fail_after")
    with pytest.raises(InDoubtError):
        any_pac.provider.register_issuer(any_pac.http, ISSUER)
    assert len(ledger.issuers()) == 1


def test_a_folder_from_before_issuers_were_kept_is_read(data_dir):
    with closing(Ledger(data_dir / "pac.sqlite")), closing(sqlite3.connect(data_dir / "pac.sqlite")) as db:
        db.execute("DROP TABLE issuer")
    with closing(Ledger(data_dir / "pac.sqlite")) as ledger:
        assert ledger.issuers() == []
