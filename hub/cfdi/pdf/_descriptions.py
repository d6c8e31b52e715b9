"""What the keys of SAT's catalogs mean, read from the catalogs that satcfdi ships."""

from functools import lru_cache
from typing import Any

from satcfdi.catalogs import select


@lru_cache(maxsize=4096)
def describe(catalog: str, key: str) -> str:
    """`describe("UsoCFDI", "G03")` is `G03 Gastos en general`; a key that is not in the catalog stays alone."""
    entry = _entry(catalog, key)
    description = entry[0] if isinstance(entry, list | tuple) else entry
    return f"{key} {description}" if description else key


@lru_cache(maxsize=256)
def currency_decimals(moneda: str) -> int:
    """Decimals of c_Moneda; 2 for a currency that is not in it."""
    entry = _entry("Moneda", moneda)
    return int(entry[1]) if isinstance(entry, list | tuple) else 2


def _entry(catalog: str, key: str) -> Any:
    return select(f"C756_c_{catalog}", key)
