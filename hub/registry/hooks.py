"""Call the policy, veto and observation hooks of all healthy plugins, each one on its own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn

import pluggy
import structlog

from hub.plugin import (
    Buyer,
    ContractError,
    Draft,
    Event,
    HubError,
    Issuer,
    Line,
    Objection,
    ProductCode,
    Sale,
    TransientError,
)

from .loader import in_words

if TYPE_CHECKING:
    import typer

log = structlog.get_logger(__name__)


class Hooks:
    """The hooks by their names. Plugins of other packages are asked before the built-in ones."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._manager = manager
        self._listeners: dict[str, Thread] = {}

    def hub_receiver(self, sale: Sale, issuer: Issuer) -> Buyer | None:
        """Whose fiscal data a sale is invoiced to; the first answer wins.

        Raises:
            HubError: as the plugin raised it, with the plugin's name; anything else comes as ContractError.
        """
        answer: Buyer | None = self._first("hub_receiver", Buyer, sale=sale, issuer=issuer)
        return answer

    @property
    def knows_receivers(self) -> bool:
        """Whether any plugin is asked for them."""
        return bool(self._manager.hook.hub_receiver.get_hookimpls())

    @property
    def hears_events(self) -> bool:
        """Whether any plugin is told what happened."""
        return bool(self._manager.hook.hub_event.get_hookimpls())

    def hub_product_code(self, line: Line, sale: Sale, issuer: Issuer) -> ProductCode | None:
        """How SAT classifies a line; the first answer wins; raises as `hub_receiver`."""
        answer: ProductCode | None = self._first("hub_product_code", ProductCode, line=line, sale=sale, issuer=issuer)
        return answer

    def hub_review_draft(self, draft: Draft) -> tuple[Objection, ...]:
        """All objections. A reviewer that breaks is an objection itself: unseen is not approved.

        Raises:
            TransientError: a reviewer cannot tell now.
        """
        return tuple(o for call in self._calls("hub_review_draft", draft=draft) for o in _objections(call))

    def hub_event(self, events: Sequence[Event], *, patience_s: float) -> tuple[str, ...]:
        """Tell everybody, in order; what a plugin raises is logged and changes nothing.

        Each plugin hears in a thread of its own. Those that do not come back in time are answered; until they do they
        hear nothing more, and nobody waits for them again.
        """
        begun = [one for one in self._hook("hub_event") if not self._hears(one.plugin_name)]
        for one in begun:
            listener = Thread(target=_listen, args=[one, events], name="hub_event", daemon=True)
            self._listeners[one.plugin_name] = listener
            listener.start()
        until = monotonic() + patience_s
        for one in begun:
            self._listeners[one.plugin_name].join(max(0.0, until - monotonic()))
        return tuple(name for name in self._listeners if self._hears(name))

    def hub_commands(self, cli: "typer.Typer") -> None:
        """Let plugins add commands; one that breaks or takes the name of another command adds none."""
        for call in self._calls("hub_commands", cli=cli):
            before = _commands(cli)
            try:
                call.run()
                _refuse_replaced(_commands(cli))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # `hub plugins list` must work whatever is installed
                del cli.registered_commands[len(before.own) :], cli.registered_groups[len(before.groups) :]
                log.exception("commands of a plugin refused", plugin=call.plugin, error=in_words(error))

    def _first(self, hook: str, kind: type[Any], **arguments: object) -> Any:
        for call in self._calls(hook, **arguments):
            answer = call.named()
            if answer is None:
                continue
            if not isinstance(answer, kind):
                raise ContractError(f"{call.plugin}: {hook} answered a {type(answer).__name__}, not a {kind.__name__}")
            return answer
        return None

    def _calls(self, hook: str, **arguments: object) -> "Iterator[Call]":
        for implementation in self._hook(hook):
            yield Call(implementation, hook, arguments)

    def _hook(self, hook: str) -> Iterator[pluggy.HookImpl]:
        found: list[pluggy.HookImpl] = getattr(self._manager.hook, hook).get_hookimpls()
        return reversed(found)

    def _hears(self, plugin: str) -> bool:
        """Whether it is still busy with what it was told."""
        return plugin in self._listeners and self._listeners[plugin].is_alive()


class Call:
    """One plugin's implementation of a hook, about to be called."""

    def __init__(self, implementation: pluggy.HookImpl, hook: str, arguments: dict[str, object]) -> None:
        self.plugin = implementation.plugin_name
        self._implementation = implementation
        self._hook = hook
        self._arguments = arguments

    def run(self) -> Any:
        """Call it with the arguments that it names."""
        given = self._implementation
        return given.function(*(self._arguments[name] for name in given.argnames))

    def named(self) -> Any:
        """Call it; what it raises says whose fault it is."""
        try:
            return self.run()
        except HubError as error:
            error.args = (f"{self.plugin}: {error}",)
            raise
        except (Exception, SystemExit) as error:
            self._broken(error)

    def objections(self) -> tuple[Objection, ...]:
        """Call it as a reviewer."""
        answer = self.named()
        found = tuple(answer) if isinstance(answer, Iterable) else (answer,) * (answer is not None)
        if not all(isinstance(objection, Objection) for objection in found):
            raise ContractError(f"{self.plugin}: hub_review_draft answered something that is not an Objection")
        return found

    def _broken(self, error: BaseException) -> NoReturn:
        raise ContractError(f"{self.plugin}: {self._hook} raised {in_words(error)}") from error


def _listen(implementation: pluggy.HookImpl, events: Sequence[Event]) -> None:
    for event in events:
        call = Call(implementation, "hub_event", {"event": event})
        try:
            call.run()
        except BaseException as error:  # an observer must not harm what it observes
            log.exception("event hook failed", plugin=call.plugin, event_kind=event.kind, error=in_words(error))


def _objections(call: Call) -> tuple[Objection, ...]:
    try:
        return call.objections()
    except TransientError:
        raise
    except Exception as error:  # a veto that cannot speak is a veto
        return (Objection(f"the draft could not be reviewed: {in_words(error)}"),)


@dataclass(frozen=True, slots=True)
class _Commands:
    own: tuple[str, ...]
    groups: tuple[str, ...]


def _commands(cli: "typer.Typer") -> _Commands:
    own = (c.name or getattr(c.callback, "__name__", "").replace("_", "-") for c in cli.registered_commands)
    return _Commands(tuple(own), tuple(g.name or "" for g in cli.registered_groups))


def _refuse_replaced(commands: _Commands) -> None:
    names = Counter((*commands.own, *commands.groups))
    replaced = sorted(name for name, times in names.items() if times > 1)
    if replaced:
        raise ContractError(f"it replaces the command {', '.join(replaced)}", hint="choose another name")
