from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cfdi.pdf.words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "CERO PESOS 00/100 M.N."),
        ("0.50", "CERO PESOS 50/100 M.N."),
        ("1.00", "UN PESO 00/100 M.N."),
        ("1.99", "UN PESO 99/100 M.N."),
        ("16", "DIECISÉIS PESOS 00/100 M.N."),
        ("21", "VEINTIÚN PESOS 00/100 M.N."),
        ("31.05", "TREINTA Y UN PESOS 05/100 M.N."),
        ("100", "CIEN PESOS 00/100 M.N."),
        ("101", "CIENTO UN PESOS 00/100 M.N."),
        ("500", "QUINIENTOS PESOS 00/100 M.N."),
        ("1001", "MIL UN PESOS 00/100 M.N."),
        ("1160.00", "MIL CIENTO SESENTA PESOS 00/100 M.N."),
        ("21000", "VEINTIÚN MIL PESOS 00/100 M.N."),
        ("31000", "TREINTA Y UN MIL PESOS 00/100 M.N."),
        ("121021.21", "CIENTO VEINTIÚN MIL VEINTIÚN PESOS 21/100 M.N."),
        ("1000000", "UN MILLÓN DE PESOS 00/100 M.N."),
        ("1000000.10", "UN MILLÓN DE PESOS 10/100 M.N."),
        ("1000001", "UN MILLÓN UN PESOS 00/100 M.N."),
        ("21000000", "VEINTIÚN MILLONES DE PESOS 00/100 M.N."),
        ("1000000000", "MIL MILLONES DE PESOS 00/100 M.N."),
        ("0.995", "UN PESO 00/100 M.N."),
    ],
)
def test_pesos_are_written_as_mexican_invoices_do(amount, words):
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("amount", "moneda", "words"),
    [
        ("1", "USD", "UN DÓLAR AMERICANO 00/100 USD"),
        ("114.84", "USD", "CIENTO CATORCE DÓLARES AMERICANOS 84/100 USD"),
        ("2000000", "EUR", "DOS MILLONES DE EUROS 00/100 EUR"),
        ("21.5", "CAD", "VEINTIÚN DÓLARES CANADIENSES 50/100 CAD"),
        ("1000000.25", "GBP", "UN MILLÓN 25/100 GBP"),
        ("0", "XXX", "CERO 00/100 XXX"),
    ],
)
def test_other_currencies_carry_their_name_or_at_least_their_code(amount, moneda, words):
    assert in_words(Decimal(amount), moneda) == words


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_no_amount_keeps_uno_before_a_noun(amount):
    words = in_words(amount)
    assert "UNO" not in words
    assert words.endswith(f"{int(amount * 100) % 100:02d}/100 M.N.")


def test_negative_amount_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="negative"):
        in_words(Decimal(-1))
