"""What a rule is: a small function that says whether a document keeps it, registered under SAT's code."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from hub.cfdi.document import Comprobante, Concepto, Retencion, Traslado
from hub.cfdi.rules.codes import CODES, Kind
from hub.sat import catalogs

Part = TypeVar("Part")
Value = TypeVar("Value", bound=Hashable)
Check = Callable[[Part, Comprobante], bool]
CheckOfValue = Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule the document breaks. `field` is the attribute's path (`conceptos[2].importe`), `kind` who can mend it.

    `message_es` is for the buyer, `reason_es` for the operator, and `rule` says what the rule demands.
    """

    code: str
    message_es: str
    field: str
    kind: Kind
    rule: str
    reason_es: str


@dataclass(frozen=True, slots=True)
class Rule(Generic[Part]):
    """`holds` decides; its docstring is the rule in one English sentence."""

    code: str
    field: str
    holds: Callable[..., bool]

    def violation(self, path: str) -> Violation:
        """The violation of this rule at a path of the document."""
        entry = CODES[self.code.removeprefix("CFDI")]
        sentence = (self.holds.__doc__ or "").strip()
        field = f"{path}{self.field}"
        return Violation(self.code, entry.message_es, field, entry.kind, sentence, entry.reason_es)


_MOST_KEPT = 10_000
KINDS: list["Rules[Any] | KeptRules[Any]"] = []
"""The rules of every kind of node."""


@dataclass(frozen=True, slots=True)
class Rules(Generic[Part]):
    """The rules of one kind of node, in SAT's order. A node that is not there is not asked anything."""

    all: list[Rule[Part]] = field(default_factory=list)
    _checks: list[Check[Part]] = field(default_factory=list)

    def __post_init__(self) -> None:
        KINDS.append(self)

    def __call__(self, code: str, field: str) -> Callable[[Check[Part]], Check[Part]]:
        """Decorator: registers a function as the check of `code`."""

        def register(holds: Check[Part]) -> Check[Part]:
            self.all.append(Rule(code, field, holds))
            self._checks.append(holds)
            return holds

        return register

    def hold(self, part: Part, comprobante: Comprobante) -> bool:
        """Whether a node breaks no rule, as nearly all do not: where there are many, the first thing to ask."""
        for holds in self._checks:  # noqa: SIM110 - a loop, because a generator costs as much as the rules
            if not holds(part, comprobante):
                return False
        return True

    def broken(self, part: Part, comprobante: Comprobante, path: str = "") -> Sequence[Violation]:
        """Violations of one node."""
        if self.hold(part, comprobante):
            return ()
        return [rule.violation(path) for rule in self.all if not rule.holds(part, comprobante)]


@dataclass(frozen=True, slots=True)
class KeptRules(Generic[Value]):
    """The rules of a value that comes again with nearly every document: an issuer, a rate of tax.

    They depend on nothing but the value and SAT's catalogs, so one that is found sound is not asked again until the
    catalogs change or the day ends. Equal values must be written equally: no amounts whose decimals matter.
    """

    name: str
    all: list[Rule[Value]] = field(default_factory=list)

    def __post_init__(self) -> None:
        KINDS.append(self)

    def __call__(self, code: str, field: str) -> Callable[[CheckOfValue[Value]], CheckOfValue[Value]]:
        """Decorator: registers a function as the check of `code`."""

        def register(holds: CheckOfValue[Value]) -> CheckOfValue[Value]:
            self.all.append(Rule(code, field, holds))
            return holds

        return register

    def broken(self, value: Value, path: str = "", *, keep: bool = True) -> Sequence[Violation]:
        """Violations of one value. Where speed matters, `catalogs.found_sound()[name]` tells first if it has none.

        `keep`: whether a sound one goes there, and nothing is asked about it for a while.
        """
        sound = catalogs.found_sound()[self.name]
        if value in sound:
            return ()
        found = [rule.violation(path) for rule in self.all if not rule.holds(value)]
        if keep and not found:
            if len(sound) >= _MOST_KEPT:
                sound.clear()
            sound.add(value)
        return found


of_document: Rules[Comprobante] = Rules()
of_unsold: Rules[Comprobante] = Rules()
"""Rules of documents that sell nothing, T and P."""
of_concepto: Rules[Concepto] = Rules()
of_traslado: Rules[Traslado] = Rules()
of_retencion: Rules[Retencion] = Rules()
