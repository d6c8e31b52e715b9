"""SAT's schema as one regular expression, for documents written the way `hub.cfdi.xml` writes them.

XML leaves freedoms: the order of attributes, white space between nodes, entities, prefixes, comments. The hub uses none
of them, and a CFDI without them is a regular language: a sequence of nodes, each with its attributes in the order of
the schema, each attribute with the text that its type allows. The expression is written from SAT's own XSD files.
Whatever it cannot say (a wildcard, an unusual type) is left out of it. So a match proves that the document is valid,
and no match proves nothing: then libxml2 decides.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hub.cfdi.schema_nodes import Schema
from hub.cfdi.nodes import HEAD, HEAD_OF_PAGOS
from hub.sat import catalogs


class _Expression(NamedTuple):
    """What documents of one kind look like, and which attributes hold keys of a large catalog.

    A `single` attribute is a group of the pattern. A `repeated` one is looked for: a group keeps its last value only.
    """

    pattern: re.Pattern[str]
    single: tuple[tuple[str, str], ...]
    repeated: tuple[tuple[str, str], ...]


def is_surely_valid(xml: bytes) -> bool:
    """Whether the bytes are a CFDI that SAT's schema accepts. `False` means: ask libxml2."""
    try:
        text = xml.decode()
    except UnicodeDecodeError:
        return False
    expression = _of_pagos() if text.startswith(HEAD_OF_PAGOS) else _of_others()
    found = expression.pattern.fullmatch(text)
    if found is None:
        return False
    for name, catalog in expression.single:
        key = found[name]
        if key is not None and not catalogs.is_key(catalog, key):
            return False
    return all([catalogs.keys(catalog) >= _values(text, name) for name, catalog in expression.repeated])


def _values(text: str, name: str) -> set[str]:
    """The values of an attribute. No value holds a quote, so nothing but the attribute looks like it."""
    return {following[: following.index('"')] for following in text.split(f' {name}="')[1:]}


@cache
def _of_others() -> _Expression:
    return _expression(HEAD, Schema("cfdi", _directory() / "4" / "cfdv40.xsd"))


@cache
def _of_pagos() -> _Expression:
    pagos = Schema("pago20", _directory() / "Pagos" / "Pagos20.xsd")
    return _expression(HEAD_OF_PAGOS, Schema("cfdi", _directory() / "4" / "cfdv40.xsd", pagos))


def _expression(head: str, schema: Schema) -> _Expression:
    nodes = schema.root().removeprefix("<cfdi:Comprobante")
    return _Expression(re.compile(re.escape(head) + nodes), tuple(schema.single.items()), tuple(schema.repeated.items()))


def _directory() -> Path:
    return catalogs.schemas_directory() / "www.sat.gob.mx" / "sitio_internet" / "cfd"
