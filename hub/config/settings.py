"""Everything that a configuration file may say. The descriptions are its documentation, its schema and its example."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, field_serializer

from .document import Document
from .instances import NotifierInstance, PacInstance, SourceInstance
from .issuer import IssuerSettings
from .redaction import without_password
from .sat import SatSettings
from .section import Section
from .values import Email, InstanceName, Network, WebAddress

OperatorEvent = Literal["config_error", "in_doubt", "held", "difference", "help"]


class DatabaseSettings(Section):
    """Where tickets, CFDIs and the journal live."""

    url: str = Field(
        default="",
        repr=False,
        description="postgresql+psycopg://user:password@host/name; empty: SQLite inside data_dir",
        examples=[{"$env": "DATABASE_URL"}],
    )

    @field_serializer("url")
    def _hide_password(self, url: str) -> str:
        return without_password(url)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show the address without its password."""
        return [("url", without_password(self.url))]


class WebSettings(Section):
    """The web side: portal, webhooks, REST API and panel."""

    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on; 0.0.0.0 for all")
    port: int = Field(default=8080, ge=1, le=65535, description="port to listen on")
    public_url: Annotated[WebAddress, AfterValidator(lambda url: url.rstrip("/"))] = Field(
        default="http://127.0.0.1:8080", description="address that buyers and webhooks use; https in production"
    )
    trusted_proxies: tuple[Network, ...] = Field(
        default=(),
        description="addresses of the proxies whose X-Forwarded-* headers are believed",
        examples=[["127.0.0.1"]],
    )
    api_per_minute: int = Field(
        default=600,
        ge=1,
        le=1_000_000,
        description="requests that one API key may make in a minute, at each web process",
    )


class NetworkSettings(Section):
    """Where the hub may connect to."""

    private_addresses: tuple[Network, ...] = Field(
        default=(),
        description="private addresses and networks that plugins may reach, such as a shop in your own network; "
        "all others are refused",
        examples=[["10.0.0.5", "192.168.1.0/24"]],
    )


class LogSettings(Section):
    """What the hub writes about itself. Secrets never appear, at any level."""

    format: Literal["auto", "console", "json"] = Field(
        default="auto", description="console for people, json for machines; auto: console on a terminal, else json"
    )
    level: Literal["debug", "info", "warning"] = Field(default="info", description="the least that is written")


class EngineSettings(Section):
    """How work is done."""

    workers: int = Field(default=8, ge=1, le=128, description="steps that may run at the same time")
    lease_s: float = Field(
        default=300.0,
        ge=60,
        le=3600,
        description="seconds after which the work of a lost worker is taken over; longer than any provider's timeout",
    )
    poll_idle_s: float = Field(
        default=1.0, ge=0.05, le=60, description="seconds between looks for work when there is none"
    )


class OperatorSettings(Section):
    """Who hears when a person is needed: once when it starts, once when it ends."""

    notifier: str | None = Field(
        default=None, description="name of the notifier that tells; nobody is told if left out", examples=["email"]
    )
    email: Email | None = Field(
        default=None, description="to whom, if the notifier is e-mail", examples=["operacion@tienda.example"]
    )
    on: tuple[OperatorEvent, ...] = Field(
        default=("config_error", "in_doubt", "held", "difference", "help"),
        description="what is told: something to mend, a stamp in doubt, a ticket for a person, a difference found at "
        "night, a buyer who asks for help",
    )


class Settings(Section):
    """The whole file. A relative path in it starts at the folder of the file."""

    version: Literal[1] = Field(default=1, description="format of this file")
    environment: Literal["test", "production"] = Field(
        default="test", description="production issues real invoices; it wants a production pac and an https address"
    )
    data_dir: Path = Field(default=Path("data"), description="folder of the database, the CFDIs and the lock")
    database: DatabaseSettings = Field(default=DatabaseSettings(), description="where everything is kept")
    web: WebSettings = Field(default=WebSettings(), description="portal, webhooks, REST API and panel")
    network: NetworkSettings = Field(default=NetworkSettings(), description="where the hub may connect to")
    sat: SatSettings = Field(default=SatSettings(), description="SAT's own service, and what its rules leave open")
    log: LogSettings = Field(default=LogSettings(), description="what the hub writes about itself")
    engine: EngineSettings = Field(default=EngineSettings(), description="how work is done")
    issuers: dict[InstanceName, IssuerSettings] = Field(default={}, description="who issues; the names are yours")
    pacs: dict[InstanceName, PacInstance] = Field(default={}, description="who stamps")
    sources: dict[InstanceName, SourceInstance] = Field(default={}, description="where sales come from")
    notifiers: dict[InstanceName, NotifierInstance] = Field(default={}, description="channels to people")
    operator: OperatorSettings = Field(default=OperatorSettings(), description="who hears when a person is needed")

    _document: Document | None = PrivateAttr(default=None)

    @property
    def document(self) -> Document | None:
        """The file these settings were read from, which knows the line of every value; None if made in code."""
        return self._document

    @property
    def catalogs_dir(self) -> Path:
        """Where `hub catalogs update` keeps what SAT publishes."""
        return self.data_dir / "catalogs"

    def database_url(self) -> str:
        """The configured address, or SQLite inside `data_dir`. May hold a password: never log it."""
        return self.database.url or f"sqlite:///{self.data_dir / 'hub.db'}"

    def model_post_init(self, context: Any) -> None:
        """Remember the file, which the loader passes as the context of validation."""
        if isinstance(context, Document):
            self._document = context
