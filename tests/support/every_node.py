"""A document with every node and attribute that a shape knows, each attribute with a number of its own."""

from collections.abc import Iterator
from itertools import count

from hub.cfdi.shapes import COMPROBANTE_33, COMPROBANTE_40, PAGOS_10, PAGOS_20, TIMBRE, Shape

VERSIONS = ("4.0", "3.3")
_NAMESPACES = {"4.0": "http://www.sat.gob.mx/cfd/4", "3.3": "http://www.sat.gob.mx/cfd/3"}
_PAGOS = {
    "4.0": ("http://www.sat.gob.mx/Pagos20", PAGOS_20, "2.0"),
    "3.3": ("http://www.sat.gob.mx/Pagos", PAGOS_10, "1.0"),
}
_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
SHAPES = {"4.0": COMPROBANTE_40, "3.3": COMPROBANTE_33}


def whole(version: str, *, foreign: bool = True) -> bytes:
    """With payments and a timbre; with complements that nobody knows, too."""
    numbers = count(101)
    namespace, pagos, pagos_version = _PAGOS[version]
    inside = {
        "Complemento": [
            *_lines("p", "Pagos", pagos, numbers, f' xmlns:p="{namespace}" Version="{pagos_version}"', {}),
            *_lines("tfd", "TimbreFiscalDigital", TIMBRE, numbers, f' xmlns:tfd="{_TFD}" Version="1.1"', {}),
            '<x:Otro xmlns:x="urn:otro" a="1">texto<!-- nota --></x:Otro>' if foreign else "",
        ],
        "ComplementoConcepto": ['<x:De xmlns:x="urn:concepto"/>' if foreign else ""],
        "Addenda": ["<pedido><![CDATA[<n>]]></pedido>" if foreign else ""],
    }
    head = f' xmlns:cfdi="{_NAMESPACES[version]}" Version="{version}"'
    return "".join(_lines("cfdi", "Comprobante", SHAPES[version], numbers, head, inside)).encode()


def _lines(
    prefix: str, name: str, shape: Shape, numbers: "count[int]", head: str, inside: dict[str, list[str]]
) -> Iterator[str]:
    attributes = [f' {attribute}="{next(numbers)}"' for attribute in sorted(shape.allowed - {"Version"})]
    yield f"<{prefix}:{name}{head}{''.join(attributes)}>"
    for child, (inner, _) in shape.children.items():
        yield from _lines(prefix, child, inner, numbers, "", inside)
    yield from inside.get(name, ())
    yield f"</{prefix}:{name}>"
