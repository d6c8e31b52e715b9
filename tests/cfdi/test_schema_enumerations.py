"""`validate` takes large enumerations out of SAT's schema and looks their keys up: it covers what the whole does."""

from collections.abc import Iterator
from functools import cache

import pytest
from lxml import etree

from hub.cfdi import validate, validate_full
from hub.cfdi.schema_expression import is_surely_valid
from hub.sat import catalogs
from hub.sat.edition import NEVER_IN_4_0
from tests.support.rule_cases_pagos import CADENA
from tests.support.whole_documents import whole_ingreso, whole_recibo, written

XS = "{http://www.w3.org/2001/XMLSchema}"
CFD = catalogs.schemas_directory() / "www.sat.gob.mx" / "sitio_internet" / "cfd"
FILES = {
    "4/cfdv40.xsd": lambda: written(whole_ingreso()),
    "Pagos/Pagos20.xsd": lambda: written(whole_recibo(**CADENA)),
}
IN_NO_ENUMERATION = "QQ9"
LOOKED_UP = ("CodigoPostal", "ClaveProdServ", "ClaveUnidad", "Moneda", "Pais")


@cache
def enumerations() -> dict[str, tuple[str, ...]]:
    """The keys of every enumerated type, by name."""
    found = {}
    for file in ("catalogos/catCFDI.xsd", "catalogos/Pagos/catPagos.xsd"):
        for kind in etree.parse(CFD / file, etree.XMLParser(huge_tree=True)).getroot().iterfind(f"{XS}simpleType"):
            keys = tuple(key.get("value") for key in kind.iterfind(f"{XS}restriction/{XS}enumeration"))
            if keys:
                found[kind.get("name")] = keys
    return found


def enumerated_attributes(file) -> Iterator[tuple[str, str, str]]:
    """Every attribute with an enumerated type as (path of its node, name, type)."""
    for attribute in etree.parse(CFD / file).getroot().iter(f"{XS}attribute"):
        kind = attribute.get("type", "").partition(":")[2]
        if kind in enumerations():
            nodes = [node.get("name") for node in attribute.iterancestors(f"{XS}element")]
            yield "/".join(reversed(nodes)), attribute.get("name"), kind


ATTRIBUTES = [(file, *found) for file in FILES for found in enumerated_attributes(file)]


def with_value(file, path, name, value):
    """The document with another value in the first such attribute, which must be there."""
    root = etree.fromstring(FILES[file]().encode())
    _, *inner = path.split("/")
    nodes = [root] if file.startswith("4/") else root.findall("{*}Complemento/{*}Pagos")
    for step in inner:
        nodes = [child for node in nodes for child in node.findall(f"{{*}}{step}")]
    node = next(node for node in nodes if name in node.attrib)
    node.set(name, value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def as_written(file, name, value):
    """The same in the bytes as the hub writes them, where the short way could be taken."""
    before, found, rest = FILES[file]().partition(f' {name}="')
    assert found
    return f"{before}{found}{value}{rest[rest.index(chr(34)) :]}".encode()


def test_there_is_something_to_look_at():
    assert len(ATTRIBUTES) > 30
    assert {f"c_{catalog}" for catalog in LOOKED_UP} <= {kind for *_, kind in ATTRIBUTES}
    assert list(enumerated_attributes("TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd")) == []


@pytest.mark.parametrize("file", FILES)
def test_the_whole_document_is_valid_to_both(file):
    xml = FILES[file]().encode()

    assert validate(xml) == validate_full(xml) == ()


@pytest.mark.parametrize(("file", "path", "name", "kind"), ATTRIBUTES, ids=["/".join(a[1:3]) for a in ATTRIBUTES])
def test_a_key_that_is_in_no_enumeration_is_refused_by_both(file, path, name, kind):
    assert IN_NO_ENUMERATION not in enumerations()[kind]

    for xml in (with_value(file, path, name, IN_NO_ENUMERATION), as_written(file, name, IN_NO_ENUMERATION)):
        assert not is_surely_valid(xml)
        assert validate(xml)
        assert validate_full(xml)


@pytest.mark.parametrize(("file", "path", "name", "kind"), ATTRIBUTES, ids=["/".join(a[1:3]) for a in ATTRIBUTES])
def test_the_first_and_the_last_key_are_accepted_by_both(file, path, name, kind):
    keys = enumerations()[kind]
    in_force = [key for key in keys if key not in NEVER_IN_4_0.get(kind.removeprefix("c_"), ())]

    for key in (in_force[0], in_force[-1]):
        xml = with_value(file, path, name, key)
        assert validate(xml) == validate_full(xml) == ()


def test_what_is_looked_up_is_what_the_schema_enumerates():
    """Up to the keys that CFDI 4.0 dropped, that SAT ended since, and one unit spelled in two ways."""
    for catalog in LOOKED_UP:
        listed, known = set(enumerations()[f"c_{catalog}"]), catalogs.keys(catalog)

        assert known - listed <= {"Dx"}
        assert len(listed - known - NEVER_IN_4_0.get(catalog, frozenset())) <= len(listed) // 100
