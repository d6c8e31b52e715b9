"""Amounts in words, as Mexican invoices write them: `MIL CIENTO SESENTA PESOS 00/100 M.N.`"""

import re
from decimal import ROUND_HALF_UP, Decimal

# singular, plural, and what follows the fraction
_CURRENCIES = {
    "MXN": ("PESO", "PESOS", "M.N."),
    "USD": ("DÓLAR AMERICANO", "DÓLARES AMERICANOS", "USD"),
    "CAD": ("DÓLAR CANADIENSE", "DÓLARES CANADIENSES", "CAD"),
    "EUR": ("EURO", "EUROS", "EUR"),
    "CHF": ("FRANCO SUIZO", "FRANCOS SUIZOS", "CHF"),
    "JPY": ("YEN", "YENES", "JPY"),
    "CNY": ("YUAN", "YUANES", "CNY"),
    "COP": ("PESO COLOMBIANO", "PESOS COLOMBIANOS", "COP"),
    "CLP": ("PESO CHILENO", "PESOS CHILENOS", "CLP"),
    "ARS": ("PESO ARGENTINO", "PESOS ARGENTINOS", "ARS"),
}
_CENT = Decimal("0.01")
_MILLION = 1_000_000


def in_words(amount: Decimal, moneda: str = "MXN") -> str:
    """The amount in capitals with hundredths as a fraction; a currency without a name here keeps its ISO code.

    Raises:
        ValueError: The amount is negative, which no CFDI can carry.
    """
    if amount < 0:
        raise ValueError(f"{amount} is negative; amounts of a CFDI never are")
    units, _, hundredths = f"{amount.quantize(_CENT, ROUND_HALF_UP):f}".partition(".")
    whole = int(units)
    singular, plural, suffix = _CURRENCIES.get(moneda, ("", "", moneda))
    name = singular if whole == 1 else plural
    of = "DE" if name and whole and whole % _MILLION == 0 else ""
    return " ".join(part for part in (_cardinal(whole), of, name, f"{hundredths}/100", suffix) if part)


def _cardinal(number: int) -> str:
    from num2words import num2words

    spelled = num2words(number, lang="es").upper()
    # before a noun "uno" loses its last letter: VEINTIÚN PESOS, TREINTA Y UN MIL
    return re.sub(r"\bUNO\b", "UN", spelled.replace("VEINTIUNO", "VEINTIÚN"))
