"""Names of fields as people write them: case, accents and separators do not count."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """`Régimen-Fiscal` -> `regimenfiscal`."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def text(value: Any) -> str:
    """A scalar as stripped text; anything else is no value."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


ALIASES: Mapping[str, tuple[str, ...]] = {
    field: tuple(plain(name) for name in names)
    for field, names in {
        "rfc": ("rfc", "rfc_receptor", "rfc_cliente", "tax_id", "taxid", "vat", "vat_number", "nif", "dni"),
        "nombre": ("razon_social", "nombre_fiscal", "business_name", "company", "denominacion_social"),
        "codigo_postal": ("codigo_postal_fiscal", "cp_fiscal", "codigo_postal", "cp", "domicilio_fiscal", "zip"),
        "regimen_fiscal": ("regimen_fiscal", "regimen", "tax_regime", "tax_system"),
        "uso_cfdi": ("uso_cfdi", "uso_de_cfdi", "cfdi_use", "uso", "use"),
        "email": ("email_factura", "correo_factura", "email_facturacion", "correo_facturacion"),
    }.items()
}
"""Names of a field of the buyer, in the order of trust, as `plain` spells them."""
