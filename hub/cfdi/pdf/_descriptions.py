"""How the page names a key of SAT's catalogs."""

from hub.sat import catalogs


def describe(catalog: str, key: str) -> str:
    """`describe("UsoCFDI", "G03")` is `G03 Gastos en general`; a key that is not in the catalog stays alone."""
    description = catalogs.description(catalog, key)
    return f"{key} {description}" if description else key


def currency_decimals(moneda: str) -> int:
    """Decimals of c_Moneda; 2 for a currency that is not in it."""
    try:
        return catalogs.moneda_decimales(moneda)
    except LookupError:
        return 2
