"""How this PAC is set up, whether it lives in the hub or on its own."""

from pydantic import BaseModel, ConfigDict, Field

from .padron import Taxpayer

RFC_PAC = "PRU010101AB1"
"""RfcProvCertif of its stamps; it belongs to no PAC."""


class Settings(BaseModel):
    """Shared by the plugin's configuration and the stand-alone server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    padron: tuple[Taxpayer, ...] = Field(default=(), description="Test taxpayers besides the built-in ones")
    credits: int | None = Field(default=None, ge=0, description="Stamps that the account has bought; no limit if empty")
    known_after_s: float = Field(default=0, ge=0, description="Seconds until SAT knows a new stamp (205 before that)")
    acceptance_after_s: float = Field(
        default=72 * 3600, ge=0, description="Seconds until a cancellation that waits for the receptor is Plazo vencido"
    )
