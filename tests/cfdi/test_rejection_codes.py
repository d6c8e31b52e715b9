"""Rejection codes: who mends it, which field is asked again, and what the buyer reads."""

import re

import pytest

from hub.cfdi.rules import CODES, lookup


@pytest.mark.parametrize(
    ("answer", "code", "kind", "field"),
    [
        ("CFDI40143", "CFDI40143", "buyer", "rfc"),
        ("CFDI40145 - El campo Nombre del receptor no pertenece al RFC", "CFDI40145", "buyer", "nombre"),
        ("CFDI40147", "CFDI40147", "buyer", "codigo_postal"),
        ("cfdi40148", "CFDI40148", "buyer", "codigo_postal"),
        ("CFDI140158", "CFDI40158", "buyer", "regimen_fiscal"),
        ("Error 40161: uso", "CFDI40161", "buyer", "uso_cfdi"),
        ("CFDI140225", "CFDI140225", "issuer", None),
        ("CFDI40225", "CFDI140225", "issuer", None),
        ("CFDI40119", "CFDI40119", "ours", None),
        ("CFDI40999", "CFDI40999", "transient", None),
        ("307", "307", "state", None),
        ("402. El RFC del emisor no se encuentra en la LCO", "402", "issuer", None),
        ("CFDI40888", "CFDI40888", "ours", None),
        ("CFDI40144", "CFDI40144", "buyer", "nombre"),
        ("CFDI40146", "CFDI40146", "buyer", "nombre"),
        ("CFDI40149", "CFDI40149", "ours", None),
        ("CFDI40150", "CFDI40150", "ours", "rfc"),
        ("CFDI40156", "CFDI40156", "ours", "rfc"),
        ("CFDI40157", "CFDI40157", "buyer", "regimen_fiscal"),
        ("CFDI40160", "CFDI40160", "buyer", "uso_cfdi"),
        ("CRP20244", "CRP20244", "ours", None),
        ("crp-20222", "CRP20222", "issuer", None),
        ("CRP20500", "CRP20500", "ours", None),
    ],
)
def test_a_pacs_answer_is_read_by_its_code(answer, code, kind, field):
    found = lookup(answer)

    assert (found.code, found.kind, found.field) == (code, kind, field)


@pytest.mark.parametrize(
    "answer",
    ["", "timeout after 300 s", "HTTP 500", "500", "folio 1234567", "CFDI404", "404 Not Found", "RFC 140145678"],
)
def test_a_text_without_a_code_finds_nothing(answer):
    assert lookup(answer) is None


def test_a_slow_sat_and_a_finished_invoice_have_sentences_of_their_own():
    told = {lookup(answer).message_es for answer in ("350", "CFDI40999", "307", "CFDI40119")}

    assert len(told) == 3
    assert "ya está hecha" in lookup("307").message_es
    assert "tardando" in lookup("708").message_es
    assert "extranjero" in lookup("CFDI40152").message_es


def test_buyers_are_told_what_to_do_and_never_see_a_code():
    for code in CODES.values():
        assert not re.search(r"CFDI\d|\d{5}|inválido|error", code.message_es, re.IGNORECASE), code
        assert code.message_es.endswith("."), code
        assert (code.class_ == "C") <= (code.field is not None), code
