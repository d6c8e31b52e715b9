"""c_TasaOCuota: which rates exist for a tax (CFDI40179, 40185, 40219). The XSD does not carry this catalog."""

from decimal import Decimal

from ..comprobante import Node

TRANSFERRED = frozenset({"002", "003"})
"""c_Impuesto says of ISR that it is not transferred."""
_IVA = frozenset(map(Decimal, ("0", "0.08", "0.16")))
_IEPS = frozenset(
    map(
        Decimal, ("0", "0.03", "0.06", "0.07", "0.08", "0.09", "0.25", "0.265", "0.30", "0.304", "0.50", "0.53", "1.60")
    )
)
_HIGHEST_CUOTA = Decimal("72.1605")
_HIGHEST_RETENTION = {"001": Decimal("0.35"), "002": Decimal("0.16")}


def traslado_exists(row: Node) -> bool:
    tasa = row.amount("TasaOCuota")
    match row["Impuesto"], row["TipoFactor"]:
        case _, "Exento":
            return True
        case "002", "Tasa":
            return tasa in _IVA
        case "003", factor:
            return _ieps_exists(factor, tasa)
    return False


def retencion_exists(row: Node) -> bool:
    tasa = row.amount("TasaOCuota")
    if row["Impuesto"] == "003":
        return _ieps_exists(row["TipoFactor"], tasa)
    return row["TipoFactor"] == "Tasa" and tasa <= _HIGHEST_RETENTION.get(row["Impuesto"], Decimal(-1))


def _ieps_exists(factor: str, tasa: Decimal) -> bool:
    return tasa <= _HIGHEST_CUOTA if factor == "Cuota" else tasa in _IEPS
