"""Answers for people as text, for machines as JSON."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from hub.plugin import ConfigError
from hub.secrecy import masked
from hub.store import Event

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, one value on standard output.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")]
Id = Annotated[int, typer.Argument(min=1, max=2**63 - 1)]

NARROW = 24  # a column of text that has less room than this is no help any more
PROSE = frozenset({"says", "why"})  # notes that need no name in front

# Buyers and plugins write into our tables; what they write must not steer the operator's terminal.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def rows(
    columns: Sequence[str],
    found: Iterable[Mapping[str, Any]],
    *,
    as_json: bool,
    notes: Sequence[str] = (),
    widths: Sequence[int] = (),
) -> None:
    """Many things: a JSON list, or a table. On a terminal the long `notes` stand beneath each row.

    If the `widths` of all columns but the last are known, a terminal shows each row as soon as it is found.
    """
    if as_json:
        value([dict(row) for row in found])
        return
    terminal = console()
    beneath = notes if terminal.is_terminal else ()
    beside = [name for name in (*columns, *notes) if name not in beneath]
    table = _Table(terminal, beside, beneath)
    if widths and terminal.is_terminal:
        table.follow(found, widths)
    elif listed := list(found):
        table.print(listed)
    elif terminal.is_terminal:
        _line(terminal, Text("none", style="dim"))


def facts(found: Mapping[str, Any], *, as_json: bool) -> None:
    """One thing: a JSON object, or a line for each fact."""
    if as_json:
        value(dict(found))
        return
    terminal = console()
    known = {name: text for name, fact in found.items() if (text := _text(fact))}
    edge = max(map(len, known)) + 2
    for name, text in known.items():
        lines = text.split("\n")
        if terminal.is_terminal:
            lines = [part for line in lines for part in _wrapped(line, terminal.width - edge)]
        label = Text(_label(name).ljust(edge), style="bold")
        _line(terminal, label + Text(f"\n{' ' * edge}".join(lines)))


def value(found: Any) -> None:
    """Anything as JSON."""
    sys.stdout.write(masked(json.dumps(found, ensure_ascii=False, indent=2, default=_plain)) + "\n")


def content(found: bytes, to: Path | None) -> None:
    """A file's bytes as they are: to a file, or to standard output."""
    if to is None:
        sys.stdout.buffer.write(found)
        return
    try:
        to.write_bytes(found)
    except OSError as error:
        raise ConfigError(f"{to} cannot be written: {error.strerror}") from error


def moment(at: datetime) -> str:
    """A time as the clock of this machine shows it, with its zone."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %Z}"


def history(events: Iterable[Event]) -> list[str]:
    """Every change of state, a line for each."""
    return [f"{moment(e.at)}  {e.before or 'new'} -> {e.after} ({e.who}) {e.why}".rstrip() for e in events]


def console() -> Console:
    """Standard output for people."""
    return Console(highlight=False)


class _Table:
    """Aligned columns; the last one takes the room that is left."""

    def __init__(self, terminal: Console, columns: Sequence[str], notes: Sequence[str]) -> None:
        self._terminal = terminal
        self._columns = columns
        self._notes = notes

    def print(self, found: Sequence[Mapping[str, Any]]) -> None:
        cells = [self._cells(row) for row in found]
        widths = [max(map(len, column)) for column in zip(self._header, *cells, strict=True)]
        right = [any(isinstance(row[column], Decimal) for row in found) for column in self._columns]
        self._print(found, widths, right)

    def follow(self, found: Iterable[Mapping[str, Any]], widths: Sequence[int]) -> None:
        """Each as it comes."""
        known = [max(width, len(label)) for width, label in zip((*widths, 0), self._header, strict=True)]
        self._print(found, known, [False] * len(known))

    def _print(self, found: Iterable[Mapping[str, Any]], widths: list[int], right: list[bool]) -> None:
        _line(self._terminal, Text(self._aligned(self._header, widths, right), style="bold"))
        for row in found:
            _line(self._terminal, Text(self._aligned(self._cells(row), widths, right)))
            for note in self._beneath(row):
                _line(self._terminal, Text(note, style="dim"))

    @property
    def _header(self) -> list[str]:
        return [_label(column) for column in self._columns]

    def _cells(self, row: Mapping[str, Any]) -> list[str]:
        return [_flat(row[column]) for column in self._columns]

    def _aligned(self, line: list[str], widths: list[int], right: list[bool]) -> str:
        *first, last = (
            text.rjust(width) if to_the_right else text.ljust(width)
            for text, width, to_the_right in zip(line, widths, right, strict=True)
        )
        start = "".join(f"{text}  " for text in first)
        room = self._terminal.width - len(start)
        if not self._terminal.is_terminal or room < NARROW:
            return f"{start}{last}".rstrip()
        return start + f"\n{' ' * len(start)}".join(_wrapped(last.rstrip(), room))

    def _beneath(self, row: Mapping[str, Any]) -> Iterable[str]:
        for name in self._notes:
            text = _text(row[name])
            if text:
                named = text if name in PROSE else f"{_label(name)}: {text}"
                yield from (f"    {part}" for line in named.split("\n") for part in _wrapped(line, self._room))

    @property
    def _room(self) -> int:
        return self._terminal.width - 4


def _line(terminal: Console, text: Text) -> None:
    # Lines are broken by us where it helps; a key or UUID that is longer stays whole, to be copied.
    terminal.print(text, soft_wrap=True)


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, NARROW), break_long_words=False, break_on_hyphens=False) or [""]


def _label(name: str) -> str:
    # The name of a setting is what one types.
    return name if "." in name else name.replace("_", " ")


def _flat(found: Any) -> str:
    return " ".join(_text(found).split("\n"))


def _text(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, list):
        return "\n".join(map(_text, found))
    if isinstance(found, datetime):
        return moment(found)
    if isinstance(found, Decimal):
        return f"{found:,.2f}"
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", masked(str(found)).replace("\r\n", "\n").strip())


def _plain(found: Any) -> Any:
    if isinstance(found, date | datetime):
        return found.isoformat()
    return str(found)
