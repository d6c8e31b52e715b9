"""Names of fields as people write them: case, accents and separators do not count."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

ALIASES: Mapping[str, tuple[str, ...]] = {
    "rfc": ("rfc", "rfc_receptor", "rfc_cliente", "tax_id", "taxid", "vat", "vat_number", "nif", "dni"),
    "nombre": ("razon_social", "nombre_fiscal", "business_name", "company", "denominacion_social"),
    "codigo_postal": ("codigo_postal_fiscal", "cp_fiscal", "codigo_postal", "cp", "domicilio_fiscal", "zip"),
    "regimen_fiscal": ("regimen_fiscal", "regimen", "tax_regime", "tax_system"),
    "uso_cfdi": ("uso_cfdi", "uso_de_cfdi", "cfdi_use", "uso", "use"),
    "email": ("email_factura", "correo_factura", "email_facturacion", "correo_facturacion"),
    "phone": (),
    "reference": ("order_id", "order", "order_number", "pedido", "numero_de_pedido", "orden", "folio", "reference"),
    "description": (),
    "sku": ("sku",),
    "clave_prod_serv": ("clave_prod_serv", "clave_producto", "sat_product_code", "product_key"),
    "clave_unidad": ("clave_unidad", "unidad_sat", "sat_unit_code", "unit_key"),
    "objeto_imp": ("objeto_imp",),
}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """`Régimen-Fiscal` -> `regimenfiscal`."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def named(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first non-empty value whose key is one of the names; an empty string if there is none."""
    if not values:
        return ""
    by_name = {plain(str(key)): text(value) for key, value in values.items()}
    for name in names:
        if found := by_name.get(plain(name)):
            return found
    return ""


def text(value: Any) -> str:
    """A scalar as stripped text; anything else is no value."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
