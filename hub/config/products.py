"""How SAT classifies what an issuer sells, and which taxes it carries."""

import re
import unicodedata
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from hub.plugin import Exact, Tax

from .section import Section, refused
from .taxes import Iva, TaxSettings, iva_tax
from .values import ClaveProdServ, ClaveUnidad


class _Taxed(Section):
    iva: Iva | None = Field(
        default=None,
        description="0.16, 0.08 (only with the border stimulus), 0, exento or no_objeto",
        examples=["0.16"],
    )
    ieps: Exact | None = Field(
        default=None, ge=0, description="IEPS as a fraction, 0.08; IVA is then 0.16 unless said", examples=["0.08"]
    )
    taxes: tuple[TaxSettings, ...] | None = Field(
        default=None,
        description="every tax of the line, instead of iva and ieps",
        examples=[[{"tax": "IVA", "rate": "0.16"}]],
    )

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if self.taxes is not None and (self.iva is not None or self.ieps is not None):
            raise refused("has both taxes and a shorthand (iva, ieps)", "keep one of the two")
        return self

    def tax_list(self) -> tuple[Tax, ...] | None:
        """The taxes as values of the plugin API; None if nothing is said about them."""
        if self.taxes is not None:
            return tuple(tax.as_tax() for tax in self.taxes)
        if self.iva is None and self.ieps is None:
            return None
        ieps = () if self.ieps is None else (Tax(tax="IEPS", rate=self.ieps),)
        return iva_tax(self.iva or "0.16") + ieps


class ProductDefault(_Taxed):
    """What no rule matches and the sale itself does not say. Without `iva` and `taxes`, IVA is 16 %."""

    clave_prod_serv: ClaveProdServ = Field(
        default="01010101", description="SAT's product key; 01010101 is 'not in the catalog'"
    )
    clave_unidad: ClaveUnidad = Field(default="H87", description="SAT's unit key: H87 piece, E48 service, ACT activity")

    def tax_list(self) -> tuple[Tax, ...]:
        """The taxes as values of the plugin API."""
        taxes = super().tax_list()
        return iva_tax("0.16") if taxes is None else taxes


class ProductRule(_Taxed):
    """One rule; the first that matches a line wins. A rule without taxes leaves those of the sale or the default."""

    match: str = Field(
        min_length=1,
        description="pattern for the description or the SKU, where * is any text; capitals and accents do not matter",
    )
    clave_prod_serv: ClaveProdServ = Field(description="SAT's product key, 8 digits")
    clave_unidad: ClaveUnidad = Field(default="H87", description="SAT's unit key: H87 piece, E48 service, ACT activity")

    def matches(self, description: str, sku: str | None = None) -> bool:
        """True if the line's description or SKU fits the pattern as a whole."""
        return any(self._pattern.fullmatch(_folded(text)) for text in (description, sku) if text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(".*?".join(re.escape(part) for part in _folded(self.match).split("*")), re.DOTALL)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())
