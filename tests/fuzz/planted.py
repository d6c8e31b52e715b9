"""Readers that do what none may do: the harness must notice each."""

import json
from contextlib import ExitStack

from hypothesis import strategies as st

from .damage import damaged, wrong_json
from .target import Target, Targets, allowed


def _crashes(content: bytes) -> None:
    allowed(ValueError)(lambda: content.decode()[0])


def _believes_nan(content: bytes) -> None:
    found = allowed(ValueError, RecursionError)(lambda: json.loads(content))
    if isinstance(found, dict) and isinstance(found.get("a"), float):
        round(found["a"])


def _hangs(_: bytes) -> None:
    while True:
        pass


def _hangs_in_c(_: bytes) -> None:
    pow(3, 10**9)


def _eats(_: bytes) -> None:
    bytearray(4_000_000_000)


def _group(target: Target) -> Targets:
    def targets(_: ExitStack) -> list[Target]:
        return [target]

    return targets


_ONCE = st.just(b"")
PLANTED: dict[str, Targets] = {
    name: _group(Target(name, inputs, use))
    for name, inputs, use in (
        ("crashes", damaged(b"good"), _crashes),
        ("believes NaN", wrong_json({"a": 1}), _believes_nan),
        ("hangs", _ONCE, _hangs),
        ("hangs in C", _ONCE, _hangs_in_c),
        ("eats", _ONCE, _eats),
    )
}
