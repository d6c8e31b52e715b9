"""Who invoices what a seller of a marketplace sold."""

from typing import Self

from pydantic import Field, model_validator

from .section import Section, refused
from .values import CodigoPostal, RegimenFiscal, Rfc


class SellerSettings(Section):
    """Either the seller is an issuer here, or the platform invoices on the seller's account (RMF 2.7.1.3)."""

    issuer: str | None = Field(
        default=None,
        description="name of the issuer above that is this seller: its own CSD invoices",
        examples=["tienda"],
    )
    rfc: Rfc | None = Field(
        default=None,
        description="RFC of a seller for whom the source's issuer invoices (ACuentaTerceros)",
        examples=["EKU9003173C9"],
    )
    nombre: str | None = Field(
        default=None, min_length=1, max_length=300, description="the seller's name exactly as SAT has it"
    )
    regimen_fiscal: RegimenFiscal | None = Field(default=None, description="SAT's key of the seller's régimen")
    codigo_postal: CodigoPostal | None = Field(default=None, description="postal code of the seller's fiscal address")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        given = [value is not None for value in (self.rfc, self.nombre, self.regimen_fiscal, self.codigo_postal)]
        if (self.issuer is None) != all(given) or (self.issuer is not None and any(given)):
            raise refused(
                "is neither an issuer nor a third party",
                "write `issuer:` alone, or rfc, nombre, regimen_fiscal and codigo_postal together",
            )
        return self
