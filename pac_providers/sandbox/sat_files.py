"""SAT's own XSD and XSLT files, which the package `satcfdi` ships."""

import io
import pickle
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

_XS = "{http://www.w3.org/2001/XMLSchema}"
_CFD = Path("transform/schemas/www.sat.gob.mx/sitio_internet/cfd")
_SCHEMAS = {
    "http://www.sat.gob.mx/cfd/4": "4/cfdv40.xsd",
    "http://www.sat.gob.mx/TimbreFiscalDigital": "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd",
    "http://www.sat.gob.mx/Pagos20": "Pagos/Pagos20.xsd",
    "http://www.sat.gob.mx/implocal": "implocal/implocal.xsd",
    "http://www.sat.gob.mx/leyendasFiscales": "leyendasFiscales/leyendasFisc.xsd",
    "http://www.sat.gob.mx/donat": "donat/donat11.xsd",
    "http://www.sat.gob.mx/iedu": "iedu/iedu.xsd",
    "http://www.sat.gob.mx/ine": "ine/ine11.xsd",
}
# The XSD still lists them, the rules of 4.0 do not.
_DROPPED = {
    "c_CodigoPostal": frozenset({"00000"}),
    "c_TipoRelacion": frozenset({"08", "09"}),
    "c_RegimenFiscal": frozenset({"609", "628", "629", "630"}),
    "c_UsoCFDI": frozenset({"P01"}),
}
_local = threading.local()
_reading = threading.Lock()


def schema() -> etree.XMLSchema:
    """The XSD of a CFDI 4.0 and the complements above, compiled once for each thread."""
    if not hasattr(_local, "schema"):
        _local.schema = _compile_schema()
    found: etree.XMLSchema = _local.schema
    return found


def cadena_original(cfdi: etree._Element) -> str:
    """By SAT's stylesheet, compiled once for each thread."""
    return str(_stylesheet("4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")(cfdi))


def cadena_original_tfd(tfd: etree._Element) -> str:
    return str(_stylesheet("TimbreFiscalDigital/cadenaoriginal_TFD_1_1.xslt")(tfd))


@cache
def catalog(name: str) -> frozenset[str]:
    """The keys of `c_UsoCFDI` and its like, which the XSD lists."""
    return _catalogs()[0][name] - _DROPPED.get(name, frozenset())


@cache
def huso_horario(codigo_postal: str) -> str | None:
    """What c_CodigoPostal says of the zone, in SAT's words; the XSD does not have it."""
    uri = (_root() / "catalogs/catalogs.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        row = connection.execute(
            "SELECT value FROM C756_c_CodigoPostal WHERE key = ?", (pickle.dumps(codigo_postal, protocol=4),)
        ).fetchone()
    return str(pickle.loads(row[0])[4]) if row else None  # noqa: S301 - data of an installed package


class _WithoutCatalogs(etree.Resolver):
    """Serves catCFDI.xsd without its enumerations.

    The matriz de errores has a code of its own for each catalog; the XSD would hide them all behind a
    301, and looking 52,000 product keys up one by one takes milliseconds.
    """

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        if Path(system_url).name == "catCFDI.xsd":
            return self.resolve_string(_catalogs()[1], context, base_url=system_url)
        return None


def _compile_schema() -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_WithoutCatalogs())
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{(_root() / _CFD / path).as_uri()}"/>'
        for namespace, path in _SCHEMAS.items()
    )
    text = f'<xs:schema xmlns:xs="{_XS[1:-1]}">{imports}</xs:schema>'
    return etree.XMLSchema(etree.parse(io.BytesIO(text.encode()), parser))


def _stylesheet(path: str) -> etree.XSLT:
    if not hasattr(_local, path):
        setattr(_local, path, etree.XSLT(etree.parse(str(_root() / _CFD / path))))
    found: etree.XSLT = getattr(_local, path)
    return found


def _catalogs() -> tuple[Mapping[str, frozenset[str]], bytes]:
    # Many threads start at once; one of them reads the 5 MB and the others wait for it.
    with _reading:
        return _read_catalogs()


@cache
def _read_catalogs() -> tuple[Mapping[str, frozenset[str]], bytes]:
    tree = etree.parse(str(_root() / _CFD / "catalogos/catCFDI.xsd"))
    keys: dict[str, frozenset[str]] = {}
    for kind in tree.iterfind(f"{_XS}simpleType"):
        restriction = kind[0]
        enumerated = restriction.iterchildren(f"{_XS}enumeration")
        keys[str(kind.get("name"))] = frozenset(str(value.get("value")) for value in enumerated)
        etree.strip_elements(restriction, f"{_XS}enumeration")
    return MappingProxyType(keys), etree.tostring(tree)


@cache
def _root() -> Path:
    spec = find_spec("satcfdi")
    if spec is None or spec.origin is None:
        raise RuntimeError("the sandbox needs SAT's files from the package satcfdi: pip install satcfdi")
    return Path(spec.origin).parent
