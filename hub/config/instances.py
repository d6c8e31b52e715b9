"""Named instances of plugins: `use` says which plugin; what the core does not know belongs to the plugin."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from .durations import Duration
from .every import EveryWords
from .section import Section, refused
from .start import Start


def _some_rest(pause: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= pause <= timedelta(days=1):
        raise refused("must be between 1 s and 1 day")
    return pause


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
    concurrency: int = Field(
        default=5, ge=1, le=500, description="calls under way at the same time, over all workers of the hub"
    )
    per_second: float | None = Field(
        default=None,
        gt=0,
        le=1000,
        description="calls begun in a second at most, over all workers, such as 2 or 0.5; no limit if left out",
        examples=[2],
    )
    breaker_after: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="after so many calls in a row that failed it rests, and the issuer's next pac stamps",
    )
    breaker_pause: Annotated[Duration, AfterValidator(_some_rest)] = Field(
        default=timedelta(minutes=1), description="how long it rests until one document tries whether it works again"
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
    forma_pago: str | None = Field(
        default=None,
        pattern=r"^\d{2}$",
        description="c_FormaPago of sales that do not say how they were paid, such as 04; they wait if left out",
    )


class NotifierInstance(Instance):
    """A channel to people."""
