"""Named instances of plugins: `use` says which plugin; what the core does not know belongs to the plugin."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from .every import EveryWords
from .section import Section, refused
from .start import Start


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise refused("is not a time zone", "a name such as America/Mexico_City or America/Tijuana") from None
    return name


class Instance(Section):
    """What every instance has. `options` are the plugin's own keys, which the file holds beside the core's."""

    use: str = Field(min_length=1, description="which plugin; `hub plugins list` shows what is installed")
    # They may hold secrets, and which ones only the plugin's own configuration class tells.
    options: dict[str, Any] = Field(default={}, repr=False, exclude=True, description="the plugin's own keys")


class PacInstance(Instance):
    """An account at a PAC."""

    environment: Literal["sandbox", "production"] = Field(
        default="sandbox", description="sandbox for tests with SAT's test certificates, production for real invoices"
    )


class SourceInstance(Instance):
    """A system that knows of sales."""

    issuer: str = Field(description="name of the issuer above whose sales these are", examples=["tienda"])
    every: EveryWords = Field(
        description="how often it is asked: 30 s, 15 minutes, 1 hour, day at 06:00", examples=["15 minutes"]
    )
    start: Start = Field(
        description="nothing sold before is ever invoiced: a day, or a moment with its zone", examples=["2026-01-01"]
    )
    enabled: bool = Field(default=True, description="false: it is not asked and its webhooks are refused")
    invoice: Literal["yes", "hold"] = Field(
        default="yes", description="hold: sales are taken in and wait, nothing is invoiced yet"
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None,
        description="time zone of a source that gives times without one; the issuer's if left out",
        examples=["America/Mexico_City"],
    )


class NotifierInstance(Instance):
    """A channel to people."""
