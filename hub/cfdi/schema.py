"""Validation against SAT's XSD, fast enough to do for every document.

SAT's schema lists every postcode, product and unit as an enumeration, and looking those up is all but all of its time.
`validate` takes the same schema without the five giant lists and looks the keys up in SAT's catalogs instead. What the
hub writes itself is mostly known to be valid without libxml2 (`hub.cfdi.schema_expression`). `validate_full` takes the
schema as SAT publishes it and serves as a second opinion.
"""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from hub.cfdi.parse import MalformedXmlError, parse
from hub.cfdi.schema_expression import is_surely_valid
from hub.sat import catalogs
from hub.sat.enumerated import may_be_sent

if TYPE_CHECKING:
    from lxml.etree import XMLSchema, _Element

_CFD = "www.sat.gob.mx/sitio_internet/cfd"
_SCHEMAS = {
    "http://www.sat.gob.mx/cfd/4": f"{_CFD}/4/cfdv40.xsd",
    "http://www.sat.gob.mx/TimbreFiscalDigital": f"{_CFD}/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd",
    "http://www.sat.gob.mx/Pagos20": f"{_CFD}/Pagos/Pagos20.xsd",
}
_XS = "{http://www.w3.org/2001/XMLSchema}"
_LARGEST_KEPT = 100
_CFDI, _PAGOS = "{http://www.sat.gob.mx/cfd/4}", "{http://www.sat.gob.mx/Pagos20}"
_LOOKED_UP = {
    f"{_CFDI}Comprobante": (("Moneda", "Moneda"), ("LugarExpedicion", "CodigoPostal")),
    f"{_CFDI}Receptor": (("ResidenciaFiscal", "Pais"),),
    f"{_CFDI}Concepto": (("ClaveProdServ", "ClaveProdServ"), ("ClaveUnidad", "ClaveUnidad")),
    f"{_CFDI}Parte": (("ClaveProdServ", "ClaveProdServ"),),
    f"{_PAGOS}Pago": (("MonedaP", "Moneda"),),
    f"{_PAGOS}DoctoRelacionado": (("MonedaDR", "Moneda"),),
}
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """Where (`path` as XPath, `line` from 1) and how a document departs from SAT's schema (PAC code 301)."""

    path: str
    line: int
    message: str


def validate(xml: bytes, *, keys: bool = True) -> tuple[SchemaProblem, ...]:
    """Problems of a CFDI (with or without timbre or Pagos 2.0); empty if it is valid. Never raises for bad XML.

    `keys=False` leaves out whether the keys of the five giant lists exist, for who asks that of the document itself.
    """
    if is_surely_valid(xml, keys=keys):
        return ()
    return validate_by_libxml2(xml, keys=keys)


def validate_by_libxml2(xml: bytes, *, keys: bool = True) -> tuple[SchemaProblem, ...]:
    """The same without the short cut: what decides whenever that one does not know."""
    try:
        root = parse(xml)
    except MalformedXmlError as error:
        return (SchemaProblem("/", 1, str(error)),)
    return _problems(_schema(full=False), root) or (_unknown_keys(root) if keys else ())


def validate_full(xml: bytes) -> tuple[SchemaProblem, ...]:
    """The same against SAT's complete schema; slow, for tests and doubts."""
    try:
        root = parse(xml)
    except MalformedXmlError as error:
        return (SchemaProblem("/", 1, str(error)),)
    return _problems(_schema(full=True), root)


def _problems(schema: "XMLSchema", root: "_Element") -> tuple[SchemaProblem, ...]:
    with _LOCK:  # the error log belongs to the schema object, not to the call
        if schema.validate(root):
            return ()
        return tuple(SchemaProblem(e.path or "/", e.line, e.message) for e in cast("Any", schema).error_log)


def _unknown_keys(root: "_Element") -> tuple[SchemaProblem, ...]:
    return tuple(
        [
            _unknown_key(element, attribute, catalog)
            for element in root.iter(*_LOOKED_UP)
            for attribute, catalog in _LOOKED_UP[element.tag]
            if (key := element.get(attribute)) is not None and not may_be_sent(catalog, key)
        ]
    )


def _unknown_key(element: "_Element", attribute: str, catalog: str) -> SchemaProblem:
    message = f"{attribute}={element.get(attribute)!r} is no key of c_{catalog} in force, nor in SAT's schema"
    return SchemaProblem(element.getroottree().getpath(element), cast("int", element.sourceline), message)


@cache
def _schema(*, full: bool) -> "XMLSchema":
    from lxml import etree

    class WithoutGiants(etree.Resolver):
        def resolve(self, system_url: str, public_id: str, context: object) -> Any:  # type: ignore[override]
            del public_id
            if full or "/catalogos/" not in system_url:
                return None
            return self.resolve_string(_without_giant_lists(system_url), context, base_url=system_url)

    parser = etree.XMLParser(no_network=True, huge_tree=True)  # our own files; the catalogs are large
    parser.resolvers.add(WithoutGiants())
    directory = catalogs.schemas_directory()
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{(directory / path).as_posix()}"/>'
        for namespace, path in _SCHEMAS.items()
    )
    wrapper = f'<xs:schema xmlns:xs="{_XS[1:-1]}">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(wrapper, parser))


def _without_giant_lists(path: str) -> bytes:
    from lxml import etree

    root = etree.parse(path, etree.XMLParser(no_network=True, huge_tree=True)).getroot()
    for restriction in root.iter(f"{_XS}restriction"):
        values = restriction.findall(f"{_XS}enumeration")
        if len(values) > _LARGEST_KEPT:
            for value in values:
                restriction.remove(value)
    return etree.tostring(root)
