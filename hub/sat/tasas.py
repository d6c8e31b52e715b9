"""The rates of c_TasaOCuota: which a Traslado or Retencion may carry (CFDI40179, CFDI40185)."""

from decimal import Decimal

_FIXED_IVA = frozenset(map(Decimal, ("0.000000", "0.160000", "0.080000")))
_FIXED_IEPS = frozenset(
    map(
        Decimal,
        ("0", "0.03", "0.06", "0.07", "0.08", "0.09", "0.25", "0.265", "0.30", "0.304", "0.50", "0.53", "1.60"),
    )
)
_LARGEST_CUOTA = Decimal("72.1605")
_LARGEST_RETENCION = {"001": Decimal("0.35"), "002": Decimal("0.16")}


def is_traslado(impuesto: str, tipo_factor: str, tasa: Decimal) -> bool:
    """Whether a transferred tax may have this rate: fixed values for IVA and IEPS Tasa, a range for IEPS Cuota."""
    if impuesto == "002":
        return tipo_factor == "Tasa" and tasa in _FIXED_IVA
    if impuesto == "003":
        return tasa in _FIXED_IEPS if tipo_factor == "Tasa" else 0 <= tasa <= _LARGEST_CUOTA
    return False


def is_retencion(impuesto: str, tipo_factor: str, tasa: Decimal) -> bool:
    """Whether a withheld tax may have this rate: ranges for ISR and IVA, the transferred rates for IEPS."""
    if impuesto in _LARGEST_RETENCION:
        return tipo_factor == "Tasa" and 0 <= tasa <= _LARGEST_RETENCION[impuesto]
    return is_traslado(impuesto, tipo_factor, tasa)
