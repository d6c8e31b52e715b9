"""Which column is which field. A header that does not fit stops the table: columns are never guessed."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from .errors import NoHeaderError, TableError

FieldName = Literal[
    "id",
    "reference",
    "sold_at",
    "status",
    "kind",
    "sku",
    "description",
    "quantity",
    "unit_price",
    "discount",
    "iva",
    "iva_rate",
    "exento",
    "total",
    "currency",
    "exchange_rate",
    "forma_pago",
    "clave_prod_serv",
    "clave_unidad",
    "rfc",
    "nombre",
    "codigo_postal",
    "regimen_fiscal",
    "uso_cfdi",
    "email",
]
REQUIRED: tuple[FieldName, ...] = ("id", "sold_at", "total")

ALIASES: Mapping[FieldName, tuple[str, ...]] = {
    "id": ("folio", "id", "ticket", "numero_de_ticket", "no_ticket", "pedido", "id_venta"),
    "reference": ("referencia", "reference", "numero_de_pedido", "orden"),
    "sold_at": ("fecha", "fecha_y_hora", "fecha_venta", "fecha_de_venta", "date", "sold_at"),
    "status": ("estado", "estatus", "status"),
    "kind": ("tipo", "kind"),
    "sku": ("sku", "codigo", "codigo_producto", "clave"),
    "description": ("descripcion", "producto", "concepto", "articulo", "description"),
    "quantity": ("cantidad", "qty", "quantity", "piezas"),
    "unit_price": ("precio_unitario", "precio", "p_unitario", "unit_price"),
    "discount": ("descuento", "discount"),
    "iva": ("iva", "importe_iva", "impuesto", "tax"),
    "iva_rate": ("tasa_iva", "iva_tasa", "iva_%", "porcentaje_iva", "tasa", "iva_rate"),
    "exento": ("exento", "iva_exento", "exempt"),
    "total": ("total", "importe_total", "total_venta"),
    "currency": ("moneda", "divisa", "currency"),
    "exchange_rate": ("tipo_de_cambio", "tipo_cambio", "exchange_rate"),
    "forma_pago": ("forma_pago", "forma_de_pago", "metodo_de_pago", "pago"),
    "clave_prod_serv": ("clave_prod_serv", "clave_sat", "clave_producto_sat", "claveprodserv"),
    "clave_unidad": ("clave_unidad", "clave_unidad_sat", "unidad_sat"),
    "rfc": ("rfc", "rfc_cliente", "rfc_receptor", "tax_id"),
    "nombre": ("razon_social", "nombre_fiscal", "nombre_o_razon_social", "denominacion_social"),
    "codigo_postal": ("cp", "codigo_postal", "cp_fiscal", "codigo_postal_fiscal", "domicilio_fiscal"),
    "regimen_fiscal": ("regimen_fiscal", "regimen"),
    "uso_cfdi": ("uso_cfdi", "uso_de_cfdi", "uso"),
    "email": ("email", "correo", "correo_electronico", "e_mail"),
}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """`Razón social ` -> `razonsocial`; `IVA %` keeps its sign, or it would read like `IVA`."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum() or char == "%")


def places_of(
    header: Sequence[str], names_of: Callable[[FieldName], tuple[str, ...]], needed: Collection[FieldName] = REQUIRED
) -> dict[FieldName, int]:
    """The position of each field's column.

    Raises:
        NoHeaderError: a column is missing.
        TableError: two columns claim the same field or header.
    """
    _no_doubles(header)
    found = {field: _places(header, names_of(field)) for field in ALIASES}
    several = {field: places for field, places in found.items() if len(places) > 1}
    if several:
        field, places = next(iter(several.items()))
        named = " and ".join(repr(header[place]) for place in places)
        raise TableError(f"{named} could both be {field}; say which under columns: {{{field}: ...}}")
    missing = [field for field in ALIASES if field in needed and not found[field]]
    if missing:
        wanted = "; ".join(f"{field} (looked for {', '.join(names_of(field))})" for field in missing)
        has = ", ".join(name for name in header if name)
        nearly = bool(found["id"] and (found["sold_at"] or found["total"]))
        raise NoHeaderError(f"the header has no column for {wanted}. It has: {has}", nearly=nearly)
    return {field: places[0] for field, places in found.items() if places}


def _places(header: Sequence[str], names: Sequence[str]) -> list[int]:
    wanted = {plain(name) for name in names}
    return [place for place, name in enumerate(header) if name and plain(name) in wanted]


def _no_doubles(header: Sequence[str]) -> None:
    counted = Counter(plain(name) for name in header if name)
    double = next((name for name in header if name and counted[plain(name)] > 1), None)
    if double is not None:
        raise TableError(f"the header has {double!r} more than once")
