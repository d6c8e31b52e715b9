"""The nodes and attributes of an XSD as a regular expression, for `hub.cfdi.schema_expression`.

`None` means that something required cannot be said, `""` that something optional is left out.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cfdi.schema_values import is_any_text, value_expression

if TYPE_CHECKING:
    from lxml.etree import _Element

XS = "{http://www.w3.org/2001/XMLSchema}"
LARGEST_INLINE = 100
"""Longer enumerations (postcodes, products, units, currencies, countries) are looked up in SAT's catalogs."""
# Possessive: what a node has taken is never given back, so a document that does not match is refused in one pass.
_OCCURRENCE = {("1", "1"): "", ("0", "1"): "?+", ("0", "unbounded"): "*+", ("1", "unbounded"): "++"}
_KEY = "[0-9A-Za-z]++"


class Schema:
    """One XSD file with the simple types it imports.

    `prefix` is the one the hub writes, `complement` what may stand in a `Complemento`. While the expression is
    written, `single` and `repeated` gather the attributes with a large enumeration and its catalog, `unlimited` those
    that may hold any text.
    """

    def __init__(self, prefix: str, path: Path, complement: "Schema | None" = None) -> None:
        self._prefix = prefix
        self._root = _parsed(path)
        self._types = dict(_types(self._root, path))
        self._complement = complement
        self.single: dict[str, str] = {}
        self.repeated: dict[str, str] = {}
        self.unlimited: list[str] = []

    def root(self, *, repeated: bool = False) -> str:
        """The expression of the root node."""
        (element,) = self._root.findall(f"{XS}element")
        expression = self._element(element, repeated=repeated)
        if expression is None:
            raise ValueError(f"SAT's schema of {self._prefix} has a required part that no expression can say")
        return expression

    def _element(self, element: "_Element", *, repeated: bool) -> str | None:
        name = f"{self._prefix}:{element.get('name')}"
        attributes = element.findall(f"{XS}complexType/{XS}attribute")
        nodes = element.findall(f"{XS}complexType/{XS}sequence/*")
        written = _joined(self._attribute(attribute, repeated=repeated) for attribute in attributes)
        children = _joined(self._child(node, repeated=repeated) for node in nodes)
        if written is None or children is None:
            return None
        if not nodes:
            return f"<{name}{written}/>"
        content = f">{children}</{name}>"
        may_be_empty = all(node.get("minOccurs") == "0" for node in nodes)
        return f"<{name}{written}(?:/>|{content})" if may_be_empty else f"<{name}{written}{content}"

    def _child(self, node: "_Element", *, repeated: bool) -> str | None:
        least, most = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
        repeated = repeated or most != "1"
        expression = self._any() if node.tag == f"{XS}any" else self._element(node, repeated=repeated)
        if expression is None:
            return "" if least == "0" else None
        return f"(?:{expression}){_OCCURRENCE[least, most]}"

    def _any(self) -> str | None:
        if self._complement is None:
            return None
        expression = self._complement.root(repeated=True)
        self.repeated |= self._complement.repeated
        return expression

    def _attribute(self, attribute: "_Element", *, repeated: bool) -> str | None:
        is_optional = attribute.get("use") != "required"
        value = self._value(attribute, repeated=repeated)
        if value is None:
            return "" if is_optional else None
        written = f' {attribute.get("name")}="{value}"'
        return f"(?:{written})?+" if is_optional else written

    def _value(self, attribute: "_Element", *, repeated: bool) -> str | None:
        if fixed := attribute.get("fixed"):
            return re.escape(fixed)
        type_name = attribute.get("type", "").partition(":")[2]
        type_ = self._types.get(type_name) if type_name else attribute.find(f"{XS}simpleType")
        restriction = None if type_ is None else type_.find(f"{XS}restriction")
        if restriction is None:
            return None
        keys = [key.get("value", "") for key in restriction.iterfind(f"{XS}enumeration")]
        if len(keys) > LARGEST_INLINE:
            return self._looked_up(attribute.get("name", ""), type_name.removeprefix("c_"), repeated=repeated)
        if keys:
            return f"(?:{'|'.join(map(re.escape, keys))})"
        if is_any_text(restriction) and not repeated:
            self.unlimited.append(attribute.get("name", ""))
            return f'(?P<{attribute.get("name")}>[^"]*+)'
        return value_expression(restriction)

    def _looked_up(self, name: str, catalog: str, *, repeated: bool) -> str:
        (self.repeated if repeated else self.single)[name] = catalog
        return _KEY if repeated else f"(?P<{name}>{_KEY})"


def _joined(parts: Iterable[str | None]) -> str | None:
    found = list(parts)
    return None if None in found else "".join([part for part in found if part])


def _types(root: "_Element", path: Path) -> Iterator[tuple[str, "_Element"]]:
    for imported in root.iterfind(f"{XS}import"):
        for named in _parsed(path.parent / imported.get("schemaLocation", "")).iterfind(f"{XS}simpleType"):
            yield named.get("name", ""), named


@cache
def _parsed(path: Path) -> "_Element":
    from lxml import etree

    root = etree.parse(path, etree.XMLParser(no_network=True, huge_tree=True, remove_comments=True)).getroot()
    for restriction in root.iter(f"{XS}restriction"):
        for key in restriction.findall(f"{XS}enumeration")[LARGEST_INLINE + 1 :]:
            restriction.remove(key)  # enough are left to tell a large one; all of them would take 50 MB
    return root
