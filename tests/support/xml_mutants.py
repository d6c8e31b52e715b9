"""Changes to a document as text: every attribute and every node, dropped, repeated, moved or given another value."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_ATTRIBUTE = re.compile(r' ([\w:]+)="([^"]*)"')
_TAG = re.compile(r"<(/?)([\w:]+)([^>]*?)(/?)>")
VALUES = (
    *(
        "",
        " ",
        "x",
        "|",
        "a|b",
        "a&amp;b",
        "a&b",
        "<",
        "&lt;",
        "&#233;",
        "'",
        "ñ",
        "Ñ&Ñ",
        "한",
        "\ufffe",
        "\x07",
        "\x85",
    ),
    *(
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\nb",
        "a b",
        "\u00a0",
        "x" * 21,
        "x" * 26,
        "x" * 41,
        "x" * 101,
        "x" * 301,
        "x" * 1001,
    ),
    *(
        "0",
        "0.0",
        "0.000000",
        "0.000001",
        "0.0000001",
        "1.1234567",
        "-1",
        "+1",
        "1e5",
        "1E+3",
        "1,5",
        "1.",
        ".5",
        "NaN",
    ),
    *("INF", "1" * 18, "1" * 19, "1" * 18 + ".123456", "0" * 30 + "1", "1a5", "١", "01", "99", "ZZZ", "2018", "2019"),
    *("2119", "32768", "2026-02-30T12:00:00", "2024-02-29T12:00:00", "2026-11-31T10:00:00", "2026-12-31T23:59:59"),
    *("2026-12-31T24:00:00", "2026-12-31T12:00:00Z", "1999-12-31T12:00:00", "20", "MXN", "USA", "H87", "42501"),
    *("00000", "01010101", "00000000", "XEXX010101000", "AAA010230AAA", "5fb2822e-396d-4725-8521-cdc4bdd20ccf", "4.0"),
)
_BETWEEN = (" ", "\n", "<!-- -->", "<?x y?>", "x", "&#10;", "<![CDATA[]]>")


class _Node(NamedTuple):
    """A node's place in the text and how deep it is."""

    start: int
    end: int
    depth: int


def mutants(text: str) -> Iterator[str]:
    """Every change, one at a time."""
    body = text.index(" Version=")
    yield from _of_attributes(text, body)
    yield from _of_nodes(text)
    for tag in _TAG.finditer(text, body):
        yield from (text[: tag.end()] + between + text[tag.end() :] for between in _BETWEEN)
    yield from _of_the_whole(text)


def _of_attributes(text: str, body: int) -> Iterator[str]:
    found = list(_ATTRIBUTE.finditer(text, body))
    for attribute in found:
        name, value = attribute.groups()
        before, after = text[: attribute.start()], text[attribute.end() :]
        yield before + after
        yield before + attribute[0] * 2 + after
        yield f"{before} {name}='{value}'{after}"
        yield f'{before}  {name}="{value}"{after}'
        yield f'{before} {name} = "{value}"{after}'
        yield f'{before} {name.lower()}="{value}"{after}'
        yield f'{before} cfdi:{name}="{value}"{after}'
        yield f'{before}{attribute[0]} Otro="x"{after}'
        for other in (*VALUES, value * 2, value[:-1], value + "0", value + " ", value.lower(), value.swapcase()):
            yield f'{before} {name}="{other}"{after}'
    for first, second in pairwise(found):
        if first.end() == second.start():
            yield text[: first.start()] + second[0] + first[0] + text[second.end() :]


def _of_nodes(text: str) -> Iterator[str]:
    nodes = list(_nodes(text))
    for node in nodes:
        itself, before, after = text[node.start : node.end], text[: node.start], text[node.end :]
        yield before + after
        yield before + itself * 2 + after
        yield before + itself.replace("cfdi:", "", 1) + after
        yield before + itself.replace("cfdi:", "pago20:") + after
        yield before + "<cfdi:Otro/>" + itself + after
        opening = itself[: itself.index(">") + 1]
        if not opening.endswith("/>"):
            yield f"{before}{opening[:-1]}/>{after}"
        for other in nodes:
            if other.start >= node.end and other.depth == node.depth:
                moved = text[other.start : other.end]
                yield before + moved + text[node.end : other.start] + itself + text[other.end :]


def _nodes(text: str) -> Iterator[_Node]:
    open_: list[int] = []
    for tag in _TAG.finditer(text):
        closes, empty = tag[1], tag[4]
        if not closes:
            open_.append(tag.start())
        if closes or empty:
            yield _Node(open_.pop(), tag.end(), len(open_))


def _of_the_whole(text: str) -> Iterator[str]:
    declaration, _, rest = text.partition("\n")
    yield from (
        rest,
        f" {text}",
        f"\ufeff{text}",
        f"{text}\n",
        f"{text}x",
        text * 2,
        text[:-1],
        "",
        text[: len(text) // 2],
    )
    yield f"{declaration}\n<!DOCTYPE x>{rest}"
    yield f"{declaration}<!-- -->\n{rest}"
    yield text.replace("UTF-8", "ISO-8859-1")
    yield text.replace('xmlns:cfdi="http://www.sat.gob.mx/cfd/4"', 'xmlns:cfdi="http://www.sat.gob.mx/cfd/3"')
    yield text.replace("xmlns:pago20", "xmlns:pago10", 1)
    yield text.replace("Version", "xmlns:a='b' Version", 1)
    yield text.replace("\n", "\r\n", 1)
