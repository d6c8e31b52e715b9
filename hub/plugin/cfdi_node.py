"""A sealed CFDI as a PAC must read it that seals itself: what is not read is found, so nothing is dropped unseen."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from .errors import DataError, InDoubtError
from .xml import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_KNOWN = ("{http://www.sat.gob.mx/cfd/4}", "{http://www.sat.gob.mx/Pagos20}")
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class CfdiNode:
    """A node of a CFDI 4.0 that remembers what was taken of it.

    A PAC that seals gets the sale in a model of its own. The plugin takes every attribute and child by its name in
    SAT's schema; what `unread` lists at the end, the PAC's invoice would lack. Nodes of other namespaces than the
    CFDI's and Pagos 2.0 can only be unread.
    """

    def __init__(self, element: "_Element") -> None:
        self.name = _local(str(element.tag))
        self._attributes = {
            str(name): str(value) for name, value in element.attrib.items() if not str(name).startswith(_XSI)
        }
        self._children = [CfdiNode(child) for child in element]
        self._left_attributes = set(self._attributes)
        self._left_children = set(range(len(self._children)))

    @classmethod
    def of(cls, xml: bytes) -> "CfdiNode":
        """The Comprobante of a CFDI 4.0.

        Raises:
            DataError: these bytes are no CFDI 4.0.
        """
        try:
            root = cls(parse_xml(xml))
        except InDoubtError as error:
            raise DataError(str(error)) from error
        if root.name != "Comprobante" or root.get("Version") != "4.0":
            raise DataError("this is not a CFDI 4.0")
        return root

    def get(self, name: str) -> str | None:
        """An attribute, None if it is absent."""
        self._left_attributes.discard(name)
        return self._attributes.get(name)

    def need(self, name: str) -> str:
        """An attribute that must be there; otherwise DataError."""
        value = self.get(name)
        if value is None:
            raise DataError(f"{self.name} has no {name}", field=name)
        return value

    def number(self, name: str) -> Decimal | None:
        """An attribute as it is written, with all its decimals; DataError if it is no number."""
        text = self.get(name)
        try:
            value = None if text is None else Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if value is not None and not value.is_finite():
            raise DataError(f"{name} of {self.name} is no number", field=name)
        return value

    def need_number(self, name: str) -> Decimal:
        """A number that must be there; otherwise DataError."""
        self.need(name)
        value = self.number(name)
        return Decimal(0) if value is None else value

    def children(self, *path: str) -> list["CfdiNode"]:
        """All children of that name, or of that path."""
        first, *rest = path
        found = [index for index, child in enumerate(self._children) if child.name == first]
        self._left_children.difference_update(found)
        nodes = [self._children[index] for index in found]
        return [deeper for node in nodes for deeper in node.children(*rest)] if rest else nodes

    def child(self, *path: str) -> "CfdiNode | None":
        """The child of that name or path, None if it is absent; DataError if there are several."""
        found = self.children(*path)
        if len(found) > 1:
            raise DataError(f"{self.name} has {len(found)} {path[-1]}", field=path[-1])
        return found[0] if found else None

    def need_child(self, *path: str) -> "CfdiNode":
        """A child that must be there; otherwise DataError."""
        found = self.child(*path)
        if found is None:
            raise DataError(f"{self.name} has no {path[-1]}", field=path[-1])
        return found

    def leave(self, *names: str) -> None:
        """Take attributes or whole children without using them: what the PAC computes or writes itself."""
        for name in names:
            self._left_attributes.discard(name)
            for child in self.children(name):
                child.leave_all()

    def leave_all(self) -> None:
        """Take this whole node without using it."""
        self._left_attributes.clear()
        self._left_children.clear()
        for child in self._children:
            child.leave_all()

    def unread(self, inside: str = "") -> list[str]:
        """Everything that was not taken, such as `Comprobante/Emisor FacAtrAdquirente`."""
        path = f"{inside}{self.name}"
        found = [f"{path} {name}" for name in sorted(self._left_attributes)]
        for index, child in enumerate(self._children):
            found += [f"{path}/{child.name}"] if index in self._left_children else child.unread(f"{path}/")
        return found


def _local(tag: str) -> str:
    for namespace in _KNOWN:
        if tag.startswith(namespace):
            return tag.removeprefix(namespace)
    return tag
