"""What the money solver answers when no document can equal the charge."""

from collections.abc import Sequence


class Unsolvable(ValueError):  # noqa: N818 - a finding about the sale, and the word the operator reads
    """No way of writing the lines gives the charge within SAT's rules.

    `code` is the rule in the way (`CFDI40174`; `301` for what SAT's schema cannot hold), `lines` are the numbers of the
    lines it is about, from 1 (none: the sale as a whole), `hint` says what a person can do.
    """

    def __init__(self, code: str, reason: str, hint: str, lines: Sequence[int] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.hint, self.lines = code, reason, hint, tuple(lines)


class TaxRuleError(ValueError):
    """One line, or one mix of taxes, breaks a rule; `code` is SAT's, `hint` says what a person can do."""

    def __init__(self, code: str, reason: str, hint: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.hint = code, reason, hint
