"""What a rule is: a small function that says whether a document keeps it, registered under SAT's code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hub.cfdi.document import Comprobante, Concepto, Retencion, Traslado
from hub.cfdi.rules.codes import CODES, Kind

Part = TypeVar("Part")
Check = Callable[[Part, Comprobante], bool]


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
    holds: Check[Part]

    def violation(self, path: str) -> Violation:
        """The violation of this rule at a path of the document."""
        entry = CODES[self.code.removeprefix("CFDI")]
        sentence = (self.holds.__doc__ or "").strip()
        field = f"{path}{self.field}"
        return Violation(self.code, entry.message_es, field, entry.kind, sentence, entry.reason_es)


@dataclass(frozen=True, slots=True)
class Rules(Generic[Part]):
    """The rules of one kind of node, in SAT's order."""

    all: list[Rule[Part]]

    def __call__(self, code: str, field: str) -> Callable[[Check[Part]], Check[Part]]:
        """Decorator: registers a function as the check of `code`."""

        def register(holds: Check[Part]) -> Check[Part]:
            self.all.append(Rule(code, field, holds))
            return holds

        return register

    def broken(self, part: Part, comprobante: Comprobante, path: str = "") -> list[Violation]:
        """Violations of one node."""
        return [rule.violation(path) for rule in self.all if not rule.holds(part, comprobante)]


of_document: Rules[Comprobante] = Rules([])
of_concepto: Rules[Concepto] = Rules([])
of_traslado: Rules[Traslado] = Rules([])
of_retencion: Rules[Retencion] = Rules([])
