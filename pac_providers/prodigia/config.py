"""What an operator says about a contract with Prodigia."""

from typing import Literal

from pydantic import Field, SecretStr

from hub.plugin import PacConfig

_PATHS = {"sandbox": "timbrado40Prueba", "production": "timbrado40"}


class ProdigiaConfig(PacConfig):
    """A contract (a bag of stamps) and its web service user. Tests and real stamps live on one host."""

    contrato: str = Field(description="Code of the contract, from PADE's panel")
    username: str = Field(description="User of the web service, from PADE's panel")
    password: SecretStr = Field(description="Password of that user; three wrong tries lock it")
    verifica_serie_folio: bool = Field(
        default=True,
        description="Let Prodigia refuse a serie and folio that it stamped before; false if other systems use them too",
    )
    arreglo_uuid: Literal["motivo", "datos"] = Field(
        default="motivo",
        description="How a cancellation names its CFDI: UUID|motivo|sustituto, or UUID|receptor|emisor|total",
    )
    url: str = Field(default="https://timbrado.pade.mx", description="Address of the service; change it for tests only")
    timeout_s: float = Field(default=60, gt=0, description="Seconds to wait for an answer; stamping may take many")

    @property
    def stamping(self) -> str:
        """Where sealed XML is sent: a test is another operation of the same service."""
        return f"/servicio/rest/{_PATHS[self.environment]}"
