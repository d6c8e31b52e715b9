"""What people type into the free fields of a record (metadata, notes), found by the names that they usually have."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from .sale import Buyer

BuyerField = Literal[
    "rfc", "nombre", "codigo_postal", "regimen_fiscal", "uso_cfdi", "email", "phone", "reference", "description"
]
"""What `Fields` can find."""

FieldPaths = dict[BuyerField, str | tuple[str, ...]]
"""Type of a connector's setting `fields`: where in a record each one is, as `metadata.rfc_cliente`."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "rfc": ("rfc", "rfc_receptor", "rfc_cliente", "tax_id", "vat", "vat_number", "nif", "dni"),
    "nombre": ("razon_social", "nombre_fiscal", "business_name", "company", "denominacion_social"),
    "codigo_postal": ("codigo_postal_fiscal", "cp_fiscal", "codigo_postal", "cp", "domicilio_fiscal", "zip"),
    "regimen_fiscal": ("regimen_fiscal", "regimen", "tax_regime", "tax_system"),
    "uso_cfdi": ("uso_cfdi", "uso_de_cfdi", "cfdi_use", "uso", "use"),
    "email": ("email_factura", "correo_factura", "email_facturacion", "correo_facturacion"),
    "phone": (),
    "reference": ("order_id", "order", "order_number", "pedido", "numero_de_pedido", "orden", "folio", "reference"),
    "description": (),
}
_SEPARATORS = re.compile(r"[\s\-.]")
_REGIMEN = re.compile(r"\d{3}")
_USO = re.compile(r"[A-Z]{1,2}\d{2}")


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name without case, accents and separators: `Régimen-Fiscal` -> `regimenfiscal`."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in decomposed if char.isalnum())


def text_of(value: object) -> str:
    """Text or a whole number as stripped text; an empty string for anything else, such as None, a list or True."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


class Fields:
    """The buyer's data and the order number in one record.

    Args:
        record: what the paths of the operator begin at.
        places: the free fields of the record, nearest to the sale first; names are compared by `plain_name`.
        paths: where the operator says that a field is, as `metadata.rfc_cliente`; several are tried in order.
    """

    def __init__(
        self,
        record: Mapping[str, Any],
        places: Iterable[Mapping[str, Any]] = (),
        paths: FieldPaths | None = None,
    ) -> None:
        self._record = record
        self._paths: FieldPaths = paths or {}
        self._typed: dict[str, str] = {}
        for place in places:
            for name, value in place.items():
                if found := text_of(value):
                    self._typed.setdefault(plain_name(str(name)), found)

    def get(self, field: BuyerField) -> str:
        """From where the operator said, else under one of the usual names; an empty string if nobody tells."""
        return self._said(field) or self._usual(field)

    def buyer(
        self,
        *,
        rfc: str = "",
        nombre: str = "",
        codigo_postal: str = "",
        email: str = "",
        phone: str = "",
        country: str = "",
        customer_id: str = "",
    ) -> Buyer:
        """What the record tells of the buyer, with the system's own fields; nothing is checked against SAT here.

        A tax number in a field made for it (`rfc`) beats free text; the system's other fields, which are about a
        payer and not about a taxpayer, come after it. An operator's path beats all.
        """
        known = self._said("rfc") or rfc or self._usual("rfc")
        return Buyer(
            rfc=_SEPARATORS.sub("", known).upper() or None,
            nombre=self.get("nombre") or nombre or None,
            codigo_postal=self.get("codigo_postal") or codigo_postal or None,
            regimen_fiscal=_code(_REGIMEN, self.get("regimen_fiscal")),
            uso_cfdi=_code(_USO, self.get("uso_cfdi").upper()),
            email=self.get("email") or email or None,
            phone=self.get("phone") or phone or None,
            country=country or None,
            customer_id=customer_id or None,
        )

    def _said(self, field: BuyerField) -> str:
        wanted = self._paths.get(field, ())
        paths = (wanted,) if isinstance(wanted, str) else wanted
        return next((found for path in paths if (found := _walk(self._record, path.split(".")))), "")

    def _usual(self, field: BuyerField) -> str:
        if not self._typed:
            return ""
        return next((found for name in _NAMES[field] if (found := self._typed.get(plain_name(name)))), "")


def _walk(place: Any, names: list[str]) -> str:
    for name in names:
        if not isinstance(place, Mapping):
            return ""
        place = next((value for key, value in place.items() if plain_name(str(key)) == plain_name(name)), None)
    return text_of(place)


def _code(pattern: re.Pattern[str], value: str) -> str | None:
    """`601 - General de Ley` -> `601`."""
    found = pattern.match(value)
    return found.group() if found else None
