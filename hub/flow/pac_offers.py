"""Who of the configured PACs offers an operation beyond stamping, and asking them as its errors want it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hub.cfdi.csd import Csd, CsdError
from hub.plugin import ConfigError, HubError, InDoubtError, Operation, PacProvider, TransientError

from .context import Flow
from .instances import Instance
from .visit import visit

Pac = Instance[PacProvider[Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What one of several PACs answered: a value, or why there is none."""

    pac: str
    value: T | None
    error: HubError | None = None


def offering(flow: Flow, operation: Operation, *, issuer: str = "", pac: str = "") -> list[Pac]:
    """The PACs to ask: the one that is named, or those of the issuer, or all; never none.

    Raises:
        ConfigError: none of them offers it (those configured that do are named), or there is no such PAC or issuer.
    """
    pacs = flow.instances.pacs
    if issuer and issuer not in flow.settings.issuers:
        raise ConfigError(f"there is no issuer {issuer}", hint=f"there are {', '.join(flow.settings.issuers)}")
    if pac and pac not in pacs:
        raise ConfigError(f"there is no PAC {pac}", hint=f"there are {', '.join(pacs)}")
    mine = flow.issuer(issuer).pac if issuer else tuple(pacs)
    if pac and pac not in mine:
        raise ConfigError(f"{pac} is no PAC of {issuer}", hint=f"its PACs are {', '.join(mine)}")
    wanted = (pac,) if pac else mine
    found = [pacs[name] for name in wanted if operation in pacs[name].plugin.offers()]
    if not found:
        others = names([one for one in pacs.values() if operation in one.plugin.offers()])
        who = f"{', '.join(wanted)} does not offer" if len(wanted) == 1 else f"none of {', '.join(wanted)} offers"
        hint = f"those configured that do: {others}" if others else "no configured PAC does; see `hub pac list`"
        raise ConfigError(f"{who} {operation}", hint=hint)
    return found


def names(pacs: Sequence[Pac]) -> str:
    """Them in words."""
    return ", ".join(one.name for one in pacs)


def each(flow: Flow, pacs: Sequence[Pac], ask: Callable[[Pac], T]) -> list[Heard[T]]:
    """Each asked; one that fails does not hide what the others say, unless it is alone."""
    if len(pacs) == 1:
        return [Heard(pacs[0].name, asked(flow, pacs[0], lambda: ask(pacs[0])))]
    return [_heard(flow, one, ask) for one in pacs]


def asked(flow: Flow, pac: Pac, ask: Callable[[], T]) -> T:
    """A read, at its turn: what no class of the API names counts as transient."""
    try:
        with visit(flow, pac.name):
            return ask()
    except HubError:
        raise
    except Exception as error:
        raise TransientError(f"{pac.name} cannot be asked: {type(error).__name__}: {error}") from error


def sent(flow: Flow, pac: Pac, send: Callable[[], T], *, hint: str) -> T:
    """A write, at its turn: what does not surely say that nothing happened is a doubt."""
    try:
        with visit(flow, pac.name):
            return send()
    except (ConfigError, TransientError):
        raise
    except Exception as error:
        said = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
        raise InDoubtError(f"not known whether it arrived at {pac.name}: {said}", hint=hint) from error


def valid_csd(flow: Flow, issuer: str) -> Csd:
    """The CSD of an issuer, if it is valid now; ConfigError if it is not."""
    csd = flow.instances.csds[issuer]
    try:
        csd.check_valid_at(flow.now())
    except CsdError as error:
        raise ConfigError(error.reason, hint=error.hint) from error
    return csd


def _heard(flow: Flow, pac: Pac, ask: Callable[[Pac], T]) -> Heard[T]:
    try:
        return Heard(pac.name, asked(flow, pac, lambda: ask(pac)))
    except HubError as error:
        return Heard(pac.name, None, error)
