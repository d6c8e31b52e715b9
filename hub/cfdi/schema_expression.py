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

from hub.cfdi.nodes import HEAD, HEAD_OF_PAGOS
from hub.cfdi.possessive import compiled
from hub.cfdi.schema_nodes import Schema
from hub.sat import catalogs

_BASE64 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/="


class _Expression(NamedTuple):
    """What documents of one kind look like, and what is left to look at once a document matches.

    `single` attributes hold keys of a large catalog and are groups of the pattern. `repeated` ones do too and are
    looked for, because a group keeps its last value only: no value holds a quote, so nothing but the attribute looks
    like it. `unlimited` attributes are groups that may hold any text; here they are taken for base64.
    """

    pattern: re.Pattern[str]
    single: tuple[tuple[str, str], ...]
    repeated: tuple[tuple[re.Pattern[str], str], ...]
    unlimited: tuple[str, ...]


def is_surely_valid(xml: bytes, *, keys: bool = True) -> bool:
    """Whether the bytes are a CFDI that SAT's schema accepts, with `keys` its giant lists too. `False`: ask libxml2."""
    try:
        text = xml.decode()
    except UnicodeDecodeError:
        return False
    expression = _of_pagos() if text.startswith(HEAD_OF_PAGOS) else _of_others()
    found = expression.pattern.fullmatch(text)
    if found is None or not _is_base64(found, expression):
        return False
    return not keys or _keys_exist(text, found, expression)


def _is_base64(found: re.Match[str], expression: _Expression) -> bool:
    # Certificate and seal are half of the document; of bytes this takes a third of the time a pattern does.
    return not any([found[name].encode().translate(None, _BASE64) for name in expression.unlimited])


def _keys_exist(text: str, found: re.Match[str], expression: _Expression) -> bool:
    for name, catalog in expression.single:
        key = found[name]
        if key is not None and not catalogs.is_key(catalog, key):
            return False
    after = found.end("Certificado")  # of the root, which comes before every node that may be repeated
    for attribute, catalog in expression.repeated:
        if not catalogs.keys(catalog).issuperset(attribute.findall(text, after)):
            return False
    return True


@cache
def _of_others() -> _Expression:
    return _expression(HEAD, Schema("cfdi", _directory() / "4" / "cfdv40.xsd"))


@cache
def _of_pagos() -> _Expression:
    pagos = Schema("pago20", _directory() / "Pagos" / "Pagos20.xsd")
    return _expression(HEAD_OF_PAGOS, Schema("cfdi", _directory() / "4" / "cfdv40.xsd", pagos))


def _expression(head: str, schema: Schema) -> _Expression:
    nodes = schema.root().removeprefix("<cfdi:Comprobante")
    return _Expression(
        compiled(re.escape(head) + nodes),
        tuple(schema.single.items()),
        tuple([(re.compile(f' {name}="([^"]*+)'), catalog) for name, catalog in schema.repeated.items()]),
        tuple(schema.unlimited),
    )


def _directory() -> Path:
    return catalogs.schemas_directory() / "www.sat.gob.mx" / "sitio_internet" / "cfd"
