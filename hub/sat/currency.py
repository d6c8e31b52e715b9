"""Decimals of each currency (c_Moneda): document-level amounts carry at most that many (CFDI40107 and others)."""

from decimal import Decimal
from functools import cache

from hub.sat import catalogs

_COMMON = {"MXN": 2, "USD": 2, "EUR": 2, "CAD": 2, "GBP": 2, "JPY": 0, "XXX": 0}


def decimals(moneda: str) -> int:
    """How many decimals amounts in `moneda` have; raises KeyError for a key that c_Moneda does not list."""
    known = _COMMON.get(moneda)
    return catalogs.moneda_decimales(moneda) if known is None else known


@cache
def quantum(moneda: str) -> Decimal:
    """One unit of the last decimal: `0.01` for MXN, `1` for JPY, `0.001` for KWD."""
    return Decimal(1).scaleb(-decimals(moneda))
