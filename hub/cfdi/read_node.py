"""A node of a CFDI after it was held against its shape: everything in it is known, nothing that must be there lacks."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from hub.cfdi.parse import MalformedXmlError

if TYPE_CHECKING:
    from lxml.etree import _Element

    from hub.cfdi.shapes import Shape

MAX_ATTRIBUTE = 65_536
"""Characters of one attribute; SAT's longest are seals and certificates of a few thousand."""
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})
"""Where a schema may be found says nothing about the sale."""
_PREFIXES = {
    "http://www.sat.gob.mx/cfd/4": "cfdi:",
    "http://www.sat.gob.mx/cfd/3": "cfdi:",
    "http://www.sat.gob.mx/TimbreFiscalDigital": "tfd:",
    "http://www.sat.gob.mx/Pagos20": "pago20:",
    "http://www.sat.gob.mx/Pagos": "pago10:",
}
_AMOUNT = re.compile(r"\+?(?:[0-9]{1,24}(?:\.[0-9]{0,24})?|\.[0-9]{1,24})")
_WHOLE = re.compile(r"[0-9]{1,9}")


class Node:
    """Texts and amounts by attribute, and the nodes within. `elements` are what an open node (Complemento) holds."""

    __slots__ = ("_attributes", "_children", "_element", "elements")

    def __init__(
        self,
        element: "_Element",
        attributes: dict[str, str],
        children: "dict[str, list[Node]]",
        elements: "list[_Element]",
    ) -> None:
        self._element = element
        self._attributes = attributes
        self._children = children
        self.elements = elements

    def text(self, name: str) -> str:
        """An attribute that its shape requires."""
        return self._attributes[name]

    def maybe(self, name: str) -> str | None:
        """An attribute, `None` without it."""
        return self._attributes.get(name)

    def number(self, name: str) -> Decimal:
        """A required amount, with the decimals written."""
        return self._number(name, self._attributes[name])

    def maybe_number(self, name: str) -> Decimal | None:
        """An amount, `None` without it."""
        text = self._attributes.get(name)
        return None if text is None else self._number(name, text)

    def whole(self, name: str) -> int:
        """A required whole number."""
        text = self._attributes[name].strip()
        if not _WHOLE.fullmatch(text):
            raise MalformedXmlError(f"{text[:40]!r} is no whole number", self.where(name))
        return int(text)

    def one(self, name: str) -> "Node":
        """The node of this name that its shape requires."""
        return self._children[name][0]

    def every(self, *path: str) -> "list[Node]":
        """The nodes at the end of a path, in their order."""
        found = [self]
        for name in path:
            found = [child for node in found for child in node._children.get(name, ())]  # noqa: SLF001 - its own kind
        return found

    def first(self, *path: str) -> "Node | None":
        """The first node at the end of a path, `None` if there is none."""
        found = self.every(*path)
        return found[0] if found else None

    def where(self, attribute: str = "") -> str:
        """The path of the node, or of one of its attributes."""
        return _path(self._element, attribute)

    def _number(self, name: str, text: str) -> Decimal:
        if not _AMOUNT.fullmatch(text := text.strip(" ")):
            raise MalformedXmlError(f"{text[:40]!r} is not an amount of a CFDI", self.where(name))
        return Decimal(text)


def checked(element: "_Element", shape: "Shape") -> Node:
    """The element as a node; raises MalformedXmlError for what its shape does not know, requires or repeats."""
    attributes = _attributes(element, shape)
    elements = _elements(element)
    if shape.anything:
        return Node(element, attributes, {}, elements)
    # The shape bounds how deep this goes.
    children: dict[str, list[Node]] = {}
    for child in elements:
        namespace, _, name = child.tag.rpartition("}")
        known = shape.children.get(name)
        if known is None or not element.tag.startswith(namespace + "}"):
            raise MalformedXmlError("SAT's schema knows no such node here", _path(child))
        inner, several = known
        among = children.setdefault(name, [])
        if among and not several:
            raise MalformedXmlError("stands here more than once", _path(child))
        among.append(checked(child, inner))
    for name in sorted(shape.needed - children.keys()):
        raise MalformedXmlError(f"the node {name} is missing", _path(element))
    return Node(element, attributes, children, [])


def _attributes(element: "_Element", shape: "Shape") -> dict[str, str]:
    names = cast("set[str]", set(element.keys()))
    if not shape.required <= names <= shape.allowed:
        for name in sorted(names - shape.allowed - _HINTS):
            raise MalformedXmlError("SAT's schema knows no such attribute", _path(element, name))
        for name in sorted(shape.required - names):
            raise MalformedXmlError("the attribute is missing", _path(element, name))
    # Only now: lxml takes quadratic time for the values, and the shape bounds how many there are.
    attributes = cast("dict[str, str]", dict(element.items()))
    for name, text in attributes.items():
        if not text:
            raise MalformedXmlError("the attribute is empty", _path(element, name))
        if len(text) > MAX_ATTRIBUTE:
            raise MalformedXmlError(f"more than {MAX_ATTRIBUTE:,} characters", _path(element, name))
    return attributes


def _elements(element: "_Element") -> "list[_Element]":
    """The elements within; between them there may be comments and white space only."""
    _check_blank(element.text, element)
    found = []
    for child in element:
        _check_blank(child.tail, element)
        if isinstance(child.tag, str):
            found.append(child)
    return found


def _check_blank(text: str | None, element: "_Element") -> None:
    if text and text.strip(" \t\r\n"):
        raise MalformedXmlError("text where only nodes may stand", _path(element))


def _path(element: "_Element", attribute: str = "") -> str:
    steps = [_step(element), *[_step(above) for above in element.iterancestors()]]
    return "/".join(["", *reversed(steps), *([f"@{attribute}"] if attribute else [])])


def _step(element: "_Element") -> str:
    namespace, _, name = element.tag.rpartition("}")
    alike = [*element.itersiblings(element.tag, preceding=True)]
    alone = not alike and next(element.itersiblings(element.tag), None) is None
    place = "" if alone else f"[{len(alike) + 1}]"
    return f"{_PREFIXES.get(namespace[1:], namespace and namespace + '}')}{name}{place}"
