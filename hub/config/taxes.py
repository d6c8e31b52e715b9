"""The taxes of a line: the shorthand for IVA, IEPS as a rate, or the full list."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from hub.plugin import Exact, Tax

from .section import Section, refused

_SAME = {"16%": "0.16", "16 %": "0.16", "8%": "0.08", "8 %": "0.08", "0%": "0", "0 %": "0"}
_SAME |= {"0.160000": "0.16", "0.080000": "0.08", "0.00": "0", "0.000000": "0"}


def _tidy(value: object) -> object:
    return _SAME.get(value.strip(), value.strip()) if isinstance(value, str) else value


Iva = Annotated[Literal["0.16", "0.08", "0", "exento", "no_objeto"], BeforeValidator(_tidy)]
"""IVA in one word: a rate, `exento` (object of IVA, exempt) or `no_objeto` (carries no tax at all)."""


class TaxSettings(Section):
    """One tax, when the shorthand `iva` is not enough."""

    tax: Literal["IVA", "IEPS", "ISR"] = Field(description="which tax")
    factor: Literal["Tasa", "Cuota", "Exento"] = Field(
        default="Tasa", description="Tasa: a fraction of the base; Cuota: pesos per unit of measure; Exento: no rate"
    )
    rate: Exact | None = Field(default=None, ge=0, description="0.16 is 16 %; left out with factor Exento")
    withheld: bool = Field(default=False, description="true for a retención")

    @model_validator(mode="after")
    def _rate_fits_factor(self) -> Self:
        if (self.rate is None) != (self.factor == "Exento"):
            raise refused("needs a rate, unless its factor is Exento", "CFDI40174, CFDI40177")
        return self

    def as_tax(self) -> Tax:
        """The same as a value of the plugin API."""
        return Tax(tax=self.tax, factor=self.factor, rate=self.rate, withheld=self.withheld)


def iva_tax(iva: str) -> tuple[Tax, ...]:
    """The shorthand as values of the plugin API; `no_objeto` is no tax at all (ObjetoImp 01)."""
    if iva == "no_objeto":
        return ()
    if iva == "exento":
        return (Tax(tax="IVA", factor="Exento"),)
    return (Tax(tax="IVA", rate=Decimal(iva)),)
