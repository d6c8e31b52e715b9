"""The hooks that a plugin package may implement. A package is found by the entry point group `hub.plugins`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pluggy

from .notifier import Notifier
from .pac import PacProvider
from .sale import Buyer, Line, Sale, Tax
from .source import Source

if TYPE_CHECKING:
    import typer

hookspec = pluggy.HookspecMarker("hub")
hookimpl = pluggy.HookimplMarker("hub")
"""Marks a function of the plugin's module as the implementation of the hook of the same name."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The taxpayer that issues: what a policy hook may know of it."""

    name: str
    rfc: str
    nombre: str
    regimen_fiscal: str
    codigo_postal: str


@dataclass(frozen=True, slots=True)
class ProductCode:
    """How SAT classifies a line, and its taxes; `taxes=None` leaves those of the sale."""

    clave_prod_serv: str
    clave_unidad: str
    taxes: tuple[Tax, ...] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice about to be sealed."""

    sale: Sale
    issuer: Issuer
    buyer: Buyer
    total: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a draft must wait for a person; shown to the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is committed: `kind` is `ticket.invoiced`, `cfdi.stamped` and so on."""

    kind: str
    entity_id: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


class Specs:
    """The hook specifications."""

    @hookspec
    def hub_sources(self) -> Iterable[type[Source[Any]]]:  # type: ignore[empty-body]
        """Source classes that this package brings."""

    @hookspec
    def hub_pac_providers(self) -> Iterable[type[PacProvider[Any]]]:  # type: ignore[empty-body]
        """PAC provider classes that this package brings."""

    @hookspec
    def hub_notifiers(self) -> Iterable[type[Notifier[Any]]]:  # type: ignore[empty-body]
        """Notifier classes that this package brings."""

    @hookspec
    def hub_commands(self, cli: "typer.Typer") -> None:
        """Add commands to `hub`, best as one group: `cli.add_typer(app, name="acme")`."""

    @hookspec(firstresult=True)
    def hub_receiver(self, sale: Sale, issuer: Issuer) -> Buyer | None:
        """Whose fiscal data this sale is invoiced to, if this package knows; None means "not mine"."""

    @hookspec(firstresult=True)
    def hub_product_code(self, line: Line, sale: Sale, issuer: Issuer) -> ProductCode | None:
        """How SAT classifies this line, if this package knows; None means "not mine"."""

    @hookspec
    def hub_review_draft(self, draft: Draft) -> Iterable[Objection]:  # type: ignore[empty-body]
        """Reasons why a person must look before this draft is sealed; every answer counts."""

    @hookspec
    def hub_event(self, event: Event) -> None:
        """Told after commit, at least once. What is raised is logged and changes nothing."""
