"""Named instances of plugins: `use` says which plugin; what the core does not know belongs to the plugin."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from .durations import Duration
from .every import EveryWords
from .section import Section, refused
from .seller import SellerSettings
from .start import Start


def _some_rest(pause: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= pause <= timedelta(days=1):
        raise refused("must be between 1 s and 1 day")
    return pause


def _some_lag(lag: timedelta) -> timedelta:
    if not timedelta(minutes=15) <= lag <= timedelta(days=7):
        raise refused("must be between 15 minutes and 7 days")
    return lag


def _some_settling(settle: timedelta) -> timedelta:
    if settle > timedelta(days=3):
        raise refused("must be at most 3 days")
    return settle


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
    search_lag: Annotated[Duration, AfterValidator(_some_lag)] = Field(
        default=timedelta(hours=1),
        description="after a restore from a backup: how long it is asked what it stamped before anything new is sent; "
        "longer than its lists lag behind its stamping",
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
    write_back: bool = Field(
        default=False,
        description="true: what became of each sale is written beside it at the source, if its plugin can",
    )
    forma_pago: str | None = Field(
        default=None,
        pattern=r"^\d{2}$",
        description="c_FormaPago of sales that do not say how they were paid, such as 04; they wait if left out",
    )
    paid_through: tuple[str, ...] = Field(
        default=(),
        description="names of the sources that tell of the payments of these orders, such as [stripe]: an order and "
        "its payments are one sale, invoiced once",
    )
    link_within: Duration = Field(
        default=timedelta(hours=24),
        description="how far apart an order and a payment may be that are told to be one by order number and total",
    )
    settle: Annotated[Duration, AfterValidator(_some_settling)] = Field(
        default=timedelta(minutes=15),
        description="how long a payment of those sources waits for its order before it is a sale by itself; longer "
        "than it takes until the order is here",
    )
    sellers: dict[str, SellerSettings] = Field(
        default={},
        description="for a marketplace: who invoices what each seller sold, by the seller's id at the source",
        examples=[{"acct_1": {"issuer": "tienda"}}],
    )
    unknown_seller: Literal["hold", "issuer"] = Field(
        default="hold",
        description="sales of a seller who is not among the sellers: hold for a person, or invoiced by the issuer",
    )


class NotifierInstance(Instance):
    """A channel to people."""
