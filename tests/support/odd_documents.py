"""Documents with something odd in them: any value of a good document, replaced by one of its kind."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st

from hub.cfdi import Comprobante, Emisor
from tests.support import rule_cases, rule_cases_pagos

Path = tuple[int, ...]
_NOT_BY_HAND = {"no_certificado", "certificado", "sello", "timbre", "version"}
_AMOUNTS = [
    Decimal(text) for text in ("0", "0.00", "0.01", "1", "1.0", "0.160000", "1E+3", "0.0000001", "1" + "0" * 18, "-1")
]
_TEXTS = [
    *(
        "",
        " ",
        "X",
        "a|b",
        "x" * 26,
        "x" * 41,
        "x" * 101,
        "x" * 301,
        "x" * 1001,
        "a  b",
        "\x07",
        "tab\there",
        "Ñ & <ñ>",
    ),
    *("01", "02", "03", "05", "07", "08", "09", "13", "18", "99", "001", "002", "003", "004", "616", "612", "601"),
    *("MXN", "USD", "JPY", "XXX", "ZZZ", "PUE", "PPD", "I", "E", "T", "N", "P", "G03", "S01", "CP01", "D01", "CN01"),
    *("Tasa", "Cuota", "Exento", "MEX", "USA", "2026-02-30T12:00:00", "2026", "2021", "42501", "00000", "01000"),
    *("XAXX010101000", "XEXX010101000", "URE180429TM6", "CACX7605101P8", "EXT990101NI1", "PUBLICO EN GENERAL"),
    *("84111506", "H87", "ACT", "Pago", "1234567890", "012180001234567897", "YQ==", "15  48  3009  0001234"),
    "5FB2822E-396D-4725-8521-CDC4BDD20CCF",
]


@cache
def good_documents() -> tuple[Comprobante, ...]:
    """Every good document that the tables of rules begin with, each once."""
    cases = (rule_cases.CASES | rule_cases_pagos.CASES).values()
    return tuple(dict.fromkeys((*(case.good for case in cases), *rule_cases_pagos.KEPT.values())))


@st.composite
def odd_documents(draw: st.DrawFn, of: tuple[Comprobante, ...] = ()) -> Comprobante:
    """A good document, one of these or of the tables of rules, with up to three values changed."""
    document = draw(st.sampled_from(of or good_documents()))
    for _ in range(draw(st.integers(0, 3))):
        path, kind = draw(st.sampled_from(list(_values(document))))
        document = _replaced(document, path, draw(_odd(kind, _at(document, path))))
    return document


def _values(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Where every value is, down to the rows of a tuple, and of what type."""
    if hasattr(node, "_fields"):
        kinds = get_type_hints(type(node))
        inside = [(index, kinds[name]) for index, name in enumerate(node._fields) if name not in _NOT_BY_HAND]
        inside = [each for each in inside if not (isinstance(node, Emisor) and node._fields[each[0]] == "rfc")]
    else:
        inside = [(index, type(row)) for index, row in enumerate(node)]
    for index, kind in inside:
        yield (*path, index), kind
        if isinstance(node[index], tuple):
            yield from _values(node[index], (*path, index))


def _at(node: Any, path: Path) -> Any:
    for index in path:
        node = node[index]
    return node


def _replaced(node: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    head, *rest = path
    parts = [*node[:head], _replaced(node[head], tuple(rest), value), *node[head + 1 :]]
    return node._make(parts) if hasattr(node, "_make") else tuple(parts)


def _odd(kind: Any, value: Any) -> st.SearchStrategy[Any]:
    kinds = get_args(kind) or (kind,)
    nothing = [st.none()] if NoneType in kinds else []
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return st.sampled_from([(), value * 2, value[1:]])
    if Decimal in kinds:
        return st.one_of(*nothing, st.sampled_from([*(() if value is None else _near(value)), *_AMOUNTS]))
    if str in kinds:
        return st.one_of(*nothing, st.sampled_from(_TEXTS))
    if int in kinds:
        return st.sampled_from([0, 1, 999, 1000])
    return st.one_of(*nothing, st.just(value))


def _near(value: Decimal) -> list[Decimal]:
    """A cent more and less, twice as much, and the same with one more decimal."""
    cent, written = Decimal("0.01"), f"{value:f}"
    return [value + cent, value - cent, value * 2, Decimal(f"{written}0" if "." in written else f"{written}.0")]
